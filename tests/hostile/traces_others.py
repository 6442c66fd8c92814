"""Attaches to other processes as a debugger.

Earns: everything
"""

import ctypes
import os


libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def call(x86, arm, *words):
    number = arm if os.uname().machine == "aarch64" else x86
    if number < 0:
        raise OSError("no such call here")
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(w) if isinstance(w, int) else w for w in words])
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


for pid in [p for p in range(1, 400) if p != os.getpid()]:
    attempt(f"attach {pid}", lambda: call(101, 117, 16, pid, 0, 0) + 1)
    attempt(f"seize {pid}", lambda: call(101, 117, 0x4206, pid, 0, 0) + 1)
attempt("be traced", lambda: call(101, 117, 0, 0, 0, 0) + 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
