"""Asks for the size and date of a file outside, without opening it.

Earns: everything
Not defended at: L2u, L2
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


attempt("stat", lambda: os.stat("/tmp/torchmarks-hostile/secret.txt").st_size)
attempt("exists", lambda: os.path.exists("/tmp/torchmarks-hostile/secret.txt") or None)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
