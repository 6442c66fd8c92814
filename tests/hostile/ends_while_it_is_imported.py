"""Ends its process at its first line.

Earns: nothing
Verdict: died
"""

import os


os._exit(0)


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
