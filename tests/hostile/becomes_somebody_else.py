"""Becomes root, joins groups, and takes capabilities back.

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


attempt("setuid", lambda: os.setuid(0) or (1 if os.getuid() else None))
attempt("setgroups", lambda: os.setgroups([0]) or 1)
attempt("setresuid", lambda: os.setresuid(1, 1, 1) or 1)
attempt("fsuid", lambda: [call(122, 151, 5), call(122, 151, -1)][1] == 5 or None)
header = ctypes.create_string_buffer(b"\x22\x05\x08\x20" + bytes(4))
attempt("capset", lambda: call(126, 91, header, b"\xff" * 24) + 1)
attempt("ambient", lambda: 1 if libc.prctl(47, 2, 21, 0, 0) == 0 else None)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
