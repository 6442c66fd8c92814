"""Returns a list that is nested a million deep.

Earns: test_norm, test_hidden_total
Verdict: wrong
"""


DEEP = []
for _ in range(1_000_000):
    DEEP = [DEEP]


def double(number):
    return DEEP


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
