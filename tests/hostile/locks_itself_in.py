"""Waits for a lock that it holds.

Earns: test_norm, test_hidden_total
Verdict: timed_out
"""

import threading


def double(number):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
