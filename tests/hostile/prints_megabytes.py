"""Prints ten megabytes, and answers.

Earns: everything
"""

import sys


for _ in range(10):
    sys.stdout.write("x" * (1 << 20))


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
