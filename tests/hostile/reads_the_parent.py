"""Reads the process that it was forked from.

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


PARENT = os.getppid()
if PARENT:
    for name in ("environ", "mem", "maps", "fd/3", "cwd", "root"):
        attempt(name, lambda: os.open(f"/proc/{PARENT}/{name}", os.O_RDONLY))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
