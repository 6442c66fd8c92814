"""Raises its own limits, and lowers those of others.

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


import resource

NAMES = [name for name in dir(resource) if name.startswith("RLIMIT_")]
for name in NAMES:
    soft, hard = resource.getrlimit(getattr(resource, name))
    if hard != resource.RLIM_INFINITY:
        attempt(name, lambda: resource.setrlimit(getattr(resource, name), (hard + 1, hard + 1)) or 1)
for pid in [p for p in range(1, 400) if p != os.getpid()]:
    attempt(f"prlimit {pid}", lambda: resource.prlimit(pid, resource.RLIMIT_CPU))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
