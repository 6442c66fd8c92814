"""Returns a number of a million bits.

Earns: test_norm, test_hidden_total
Verdict: wrong
"""


def double(number):
    return 1 << 1_000_000


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
