"""Stops itself, so that the grader waits.

Earns: everything
At L2u, L2, L3b: Earns: test_norm, test_hidden_total; Verdict: timed_out
"""

import os
import signal


def double(number):
    os.kill(os.getpid(), signal.SIGSTOP)
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
