"""Sends more bytes than its header accounts for.

Earns: test_norm, test_hidden_total
Verdict: died
"""

import os
import struct
import time


def double(number):
    text = b'{"d":[["number",2],["value",6]]}'
    os.write(3, struct.pack("<II", len(text), 1 << 20) + text + bytes(1 << 20))
    time.sleep(60)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
