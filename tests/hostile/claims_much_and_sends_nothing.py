"""Claims as much as is allowed, and sends none of it.

Earns: test_norm, test_hidden_total
Verdict: timed_out
"""

import os
import struct
import time


def double(number):
    os.write(3, struct.pack("<II", 1 << 20, 128 << 20))
    time.sleep(60)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
