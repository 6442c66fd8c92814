"""Answers by itself, in the place of the worker, with another value.

Earns: test_norm, test_hidden_total
Verdict: wrong, died
"""

import os
import struct


def double(number):
    text = b'{"d":[["number",2],["value",999]]}'
    os.write(3, struct.pack("<II", len(text), 0) + text)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
