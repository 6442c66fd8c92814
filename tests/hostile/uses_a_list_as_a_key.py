"""Uses a tensor as a dictionary's key.

Earns: test_norm, test_hidden_total
Verdict: died
"""

import os
import struct
import time


def double(number):
    text = b'{"d":[[{"t":["float32",[0],""]},1]]}'
    os.write(3, struct.pack("<II", len(text), 0) + text)
    time.sleep(60)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
