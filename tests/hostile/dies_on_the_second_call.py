"""Behaves well once, and ends its process at the second call.

Earns: test_norm, test_hidden_total
Verdict: died
"""

import os


calls = []

def double(number):
    calls.append(number)
    if len(calls) > 1:
        os._exit(0)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
