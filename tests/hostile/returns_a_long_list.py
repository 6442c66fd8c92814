"""Returns a list of a million numbers.

Earns: test_norm, test_hidden_total
Verdict: raised, wrong, timed_out
"""


def double(number):
    return [2.0] * 1_000_000


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
