"""Mounts, unmounts and changes its root.

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


attempt("mount", lambda: call(165, 40, b"x", b"/scratch", b"tmpfs", 0, 0))
attempt("remount", lambda: call(165, 40, 0, b"/usr", 0, 4096 | 32, 0))
attempt("bind", lambda: call(165, 40, b"/", b"/scratch", 0, 4096, 0))
attempt("unmount", lambda: call(166, 39, b"/scratch", 2))
attempt("pivot_root", lambda: call(155, 41, b".", b"."))
attempt("chroot", lambda: os.chroot("/") or 1)
for number in (428, 429, 430, 431, 432, 433, 442):
    attempt(f"new mount call {number}", lambda: call(number, number, 0, 0, 0, 0, 0))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
