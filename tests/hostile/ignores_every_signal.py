"""Ignores every signal there is, and spins.

Earns: test_norm, test_hidden_total
Verdict: timed_out
"""

import signal


def double(number):
    for n in range(1, 65):
        try:
            signal.signal(n, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
