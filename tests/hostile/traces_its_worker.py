"""Traces and profiles every call of its worker.

Earns: everything
"""

import sys
import threading


sys.settrace(lambda *a: None)
sys.setprofile(lambda *a: None)
sys.setswitchinterval(1e-6)
threading.settrace(lambda *a: None)


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
