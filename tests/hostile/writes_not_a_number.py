"""Writes NaN and infinities where the number of the question belongs.

Earns: test_norm, test_hidden_total
Verdict: died, timed_out
"""

import os
import struct
import time


def double(number):
    text = b'{"d":[["number",NaN],["value",Infinity]]}'
    os.write(3, struct.pack("<II", len(text), 0) + text)
    time.sleep(60)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
