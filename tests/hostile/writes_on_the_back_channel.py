"""Writes on the descriptor that the stack is dumped to, for ever.

Earns: test_norm, test_hidden_total
Verdict: died, timed_out
"""

import os


def double(number):
    while True:
        os.write(4, b'File "::error::\x1b[31mowned", line 1\n' * 1000)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
