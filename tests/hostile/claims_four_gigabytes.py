"""Claims a frame of four gigabytes.

Earns: test_norm, test_hidden_total
Verdict: died
"""

import os
import struct
import time


def double(number):
    os.write(3, struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF))
    time.sleep(60)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
