"""Spins for ever.

Earns: test_norm, test_hidden_total
Verdict: timed_out
"""


def double(number):
    while True:
        pass


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
