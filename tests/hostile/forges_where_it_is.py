"""Writes a stack of its own invention, with commands in it, on the descriptor for stacks, and hangs.

Earns: test_norm, test_hidden_total
Verdict: timed_out
"""

import os
import time


def double(number):
    os.write(4, b'serving: \x1b[31m::error::LEAK\nStack (most recent call first):\n  File "LEAK\x1b[2J", line 1 in f\n')
    time.sleep(3600)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
