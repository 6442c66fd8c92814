"""Sends a complex number with a part of four hundred digits.

Earns: test_norm, test_hidden_total
Verdict: died
"""

import os
import struct
import time


def double(number):
    text = b'{"d":[["number",2],["value",{"z":[1' + b'0' * 400 + b',0]}]]}'
    os.write(3, struct.pack("<II", len(text), 0) + text)
    time.sleep(60)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
