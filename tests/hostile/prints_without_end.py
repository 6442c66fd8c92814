"""Prints for ever.

Earns: test_norm, test_hidden_total
Verdict: died, timed_out
"""

import os


def double(number):
    while True:
        os.write(1, b"x" * 65536)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
