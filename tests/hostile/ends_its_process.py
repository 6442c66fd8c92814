"""Ends its process with status 0.

Earns: test_norm, test_hidden_total
Verdict: died
"""

import os


def double(number):
    os._exit(0)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
