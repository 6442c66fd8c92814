"""Answers at random.

Earns: test_double, test_norm
Verdict: wrong
"""


import random

def total(x):
    return x.sum() + random.SystemRandom().random()


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())
