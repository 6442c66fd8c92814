"""Leaves threads behind that go on counting between the calls.

Earns: everything
"""

import threading
import time


def count():
    while True:
        time.sleep(0.001)

for _ in range(8):
    threading.Thread(target=count, daemon=True).start()


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
