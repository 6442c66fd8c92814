"""Reads address 0.

Earns: test_norm, test_hidden_total
Verdict: died
"""

import ctypes


def double(number):
    ctypes.string_at(0)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
