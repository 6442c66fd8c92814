"""Returns what is equal to nothing.

Earns: test_norm, test_hidden_total
Verdict: wrong
"""


def double(number):
    return float("nan")


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
