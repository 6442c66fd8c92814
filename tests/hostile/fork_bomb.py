"""Forks, sixty-four times at most.

Earns: everything
"""

import os
import time


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


def forks():
    if (child := os.fork()) == 0:
        time.sleep(2)
        os._exit(0)
    return child

for _ in range(64):
    attempt("fork", forks)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
