"""Raises an object that is its own message.

Earns: test_norm, test_hidden_total
Verdict: raised
"""


def double(number):
    error = ValueError()
    error.args = (error, [error])
    raise error


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
