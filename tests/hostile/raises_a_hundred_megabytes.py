"""Raises an exception whose message is a hundred megabytes long.

Earns: test_norm, test_hidden_total
Verdict: raised
"""


def double(number):
    raise ValueError("x" * 100_000_000)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
