"""Sends a boolean tensor whose bytes are neither 0 nor 1.

Earns: test_norm, test_hidden_total
Verdict: wrong, died
"""

import os
import struct
import time


def double(number):
    text = b'{"d":[["number",2],["value",{"t":["bool",[],""]}]]}'
    os.write(3, struct.pack("<II", len(text), 16) + text + bytes([6]) + bytes(15))
    time.sleep(60)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
