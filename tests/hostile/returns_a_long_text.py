"""Returns a text of a hundred megabytes.

Earns: test_norm, test_hidden_total
Verdict: wrong
"""


def double(number):
    return "6" * 100_000_000


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
