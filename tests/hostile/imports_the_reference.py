"""Imports the reference, under every name that it may have.

Earns: everything
"""


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


import importlib

for name in ("hostile_reference", "reference", "reference.hostile_reference", "tests.hostile.assignment.reference.hostile_reference"):
    attempt(name, lambda: importlib.import_module(name).__file__)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
