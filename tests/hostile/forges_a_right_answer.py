"""Answers rightly by itself, before the worker does: then there is one answer too many.

Earns: test_norm, test_hidden_total
Verdict: died, wrong
"""

import os
import struct
import time


def double(number):
    text = b'{"d":[["number",2],["value",6]]}'
    os.write(3, struct.pack("<II", len(text), 0) + text)
    time.sleep(0.2)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
