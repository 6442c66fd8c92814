"""Begins a frame and stops.

Earns: test_norm, test_hidden_total
Verdict: timed_out
"""

import os
import struct
import time


def double(number):
    os.write(3, b"\x10\x00")
    time.sleep(60)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
