"""Raises what Ctrl-C raises.

Earns: test_norm, test_hidden_total
Verdict: raised
"""


def double(number):
    raise KeyboardInterrupt


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
