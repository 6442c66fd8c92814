"""Forks by the raw system calls: fork, vfork, clone, clone3.

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


def ended(child):
    if child == 0:
        os._exit(0)
    return child

attempt("fork", lambda: ended(call(57, -1)))
attempt("clone", lambda: ended(call(56, 220, 17, 0, 0, 0, 0)))
attempt("clone as parent", lambda: ended(call(56, 220, 0x8000 | 17, 0, 0, 0, 0)))
attempt("clone3", lambda: call(435, 435, ctypes.create_string_buffer(88), 88))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
