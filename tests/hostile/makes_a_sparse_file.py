"""Makes one file look like a terabyte.

Earns: everything
"""

import os


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


attempt("truncate", lambda: os.truncate(os.open("s", os.O_RDWR | os.O_CREAT), 1 << 40) or 1)
attempt("fallocate", lambda: os.posix_fallocate(os.open("t", os.O_RDWR | os.O_CREAT), 0, 1 << 30) or 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
