"""Asks not to be ended with its parent, and to be readable.

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


libc.prctl.restype = ctypes.c_int
attempt("death signal", lambda: 1 if libc.prctl(1, 0, 0, 0, 0) == 0 else None)
attempt("dumpable", lambda: 1 if libc.prctl(4, 1, 0, 0, 0) == 0 else None)
attempt("new privileges", lambda: 1 if libc.prctl(38, 0, 0, 0, 0) == 0 else None)
attempt("no filter", lambda: 1 if libc.prctl(22, 0, 0, 0, 0) == 0 else None)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
