"""Leaves a thread behind that answers whatever is asked next.

Earns: test_norm, test_hidden_total
Verdict: died, wrong
"""

import os
import struct
import threading
import time


def answer():
    while True:
        text = b'{"d":[["number",3],["value",-2]]}'
        os.write(3, struct.pack("<II", len(text), 0) + text)
        time.sleep(0.01)

def double(number):
    threading.Thread(target=answer, daemon=True).start()
    time.sleep(0.1)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
