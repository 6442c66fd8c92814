"""Writes answers before there is a question.

Earns: nothing
Verdict: died, missing
"""

import os
import struct


for number in range(1, 4):
    text = b'{"d":[["number",%d],["value",6]]}' % number
    os.write(3, struct.pack("<II", len(text), 0) + text)


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
