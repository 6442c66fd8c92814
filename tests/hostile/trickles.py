"""Sends a frame byte by byte, slower than anybody can wait.

Earns: test_norm, test_hidden_total
Verdict: timed_out
"""

import os
import struct
import time


def double(number):
    os.write(3, struct.pack("<II", 1000, 0))
    while True:
        os.write(3, b" ")
        time.sleep(0.05)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
