"""Takes memory through files that have no name.

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


attempt("memfd", lambda: os.memfd_create("x"))
attempt("secret", lambda: call(447, 447, 0))
attempt("unnamed", lambda: os.truncate(os.open(".", os.O_TMPFILE | os.O_RDWR), 1 << 30) or 1)
attempt("locked", lambda: call(149, 228, id(0) & ~4095, 1 << 20) + 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
