"""Blocks every signal and turns the stack dump off, and sleeps.

Earns: test_norm, test_hidden_total
Verdict: timed_out
"""

import faulthandler
import signal
import time


def double(number):
    faulthandler.unregister(signal.SIGUSR1)
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        time.sleep(10)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
