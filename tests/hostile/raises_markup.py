"""Raises an exception full of commands and escapes, from a class named like one.

Earns: test_norm, test_hidden_total
Verdict: raised
"""


def double(number):
    raise type("::error::\n\x1b[31m", (Exception,), {})("\n::stop-commands::x\n\x1b]0;owned\x07\u202e<img src=x>")


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
