"""Raises exceptions that are each other's cause.

Earns: test_norm, test_hidden_total
Verdict: raised
"""


def double(number):
    a, b = ValueError("a"), ValueError("b")
    a.__cause__, b.__cause__ = b, a
    a.__context__, b.__context__ = b, a
    raise a


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
