"""Registers sleeps for its end, and objects that never let go.

Earns: everything
"""

import atexit
import threading
import time


class Stay:
    def __del__(self):
        time.sleep(60)

STAY = Stay()
atexit.register(time.sleep, 60)
threading.Thread(target=time.sleep, args=(60,)).start()


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
