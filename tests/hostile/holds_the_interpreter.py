"""Is lost in a regular expression, which no Python signal handler interrupts.

Earns: test_norm, test_hidden_total
Verdict: timed_out
"""

import re


def double(number):
    return re.match("(a+)+$", "a" * 40 + "b")


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
