"""Reads the grader's next question itself, and never answers it.

Earns: test_norm, test_hidden_total
Verdict: timed_out, died
"""

import os
import struct


def double(number):
    os.read(3, 1 << 20)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
