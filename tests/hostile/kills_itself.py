"""Ends itself with the signal that cannot be ignored.

Earns: everything
At L2u, L2, L3b: Earns: test_norm, test_hidden_total; Verdict: died
"""

import os
import signal


def double(number):
    os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
