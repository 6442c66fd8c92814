"""Recurses without a limit, until its stack is gone.

Earns: test_norm, test_hidden_total
Verdict: died, raised, timed_out, out_of_memory
"""

import sys


def double(number):
    sys.setrecursionlimit(10**9)
    return double(number) + 1


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
