"""Sends signal 0 to every process, group and thread that it can name.

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


for pid in [p for p in range(2, 4000) if p != os.getpid()]:
    attempt(f"kill {pid}", lambda: os.kill(pid, 0) or 1)
    attempt(f"tkill {pid}", lambda: call(200, 130, pid, 0) + 1)
    attempt(f"queue {pid}", lambda: call(129, 138, pid, 0, ctypes.create_string_buffer(128)) + 1)
attempt("the parent", lambda: os.kill(os.getppid(), 0) or 1 if os.getppid() else None)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
