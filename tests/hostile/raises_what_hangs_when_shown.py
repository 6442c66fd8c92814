"""Raises an exception that takes for ever to be turned into text.

Earns: test_norm, test_hidden_total
Verdict: timed_out
"""


import time


class Slow(Exception):
    def __str__(self):
        time.sleep(10**6)


def double(number):
    raise Slow


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
