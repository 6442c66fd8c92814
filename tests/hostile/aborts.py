"""Aborts.

Earns: test_norm, test_hidden_total
Verdict: died
"""

import os


def double(number):
    os.abort()


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
