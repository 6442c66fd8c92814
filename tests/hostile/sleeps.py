"""Sleeps for ever.

Earns: test_double, test_hidden_total
Verdict: timed_out
"""

import time


def norm(x):
    time.sleep(10**6)


def double(number):
    return 2 * number


def total(x):
    return x.sum()
