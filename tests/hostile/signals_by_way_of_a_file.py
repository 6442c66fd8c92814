"""Has the kernel send signals for it, to the owner of a file or pipe.

Earns: everything
"""

import fcntl
import os


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


read, write = os.pipe()
attempt("owner", lambda: fcntl.fcntl(read, fcntl.F_SETOWN, os.getppid() or 2) or 1)
attempt("signal", lambda: fcntl.fcntl(read, 10, 9) or 1)
attempt("extended owner", lambda: fcntl.fcntl(read, 15, bytes(8)) and 1)
attempt("ioctl", lambda: fcntl.ioctl(read, 0x8901, b"\1\0\0\0") and 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
