"""Leaves with SystemExit before it has defined anything.

Earns: nothing
Verdict: missing, raised
"""


raise SystemExit(0)


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
