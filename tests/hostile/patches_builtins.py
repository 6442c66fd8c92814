"""Replaces the functions that everything is built from.

Earns: nothing
Verdict: died, raised, wrong, missing, timed_out
"""

import builtins


builtins.isinstance = lambda *a: True
builtins.len = lambda x: 0
builtins.getattr = lambda *a: 6


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
