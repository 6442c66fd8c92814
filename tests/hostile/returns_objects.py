"""Returns an array of Python objects.

Earns: test_norm, test_hidden_total
Verdict: wrong
"""


import numpy as np


def double(number):
    return np.array([object()], dtype=object)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
