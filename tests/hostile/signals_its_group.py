"""Sends harmless signals to its process group and to everybody.

Earns: everything
"""

import os
import signal


signal.signal(signal.SIGUSR2, signal.SIG_IGN)
for pid in (0, -1):
    try:
        os.kill(pid, signal.SIGUSR2 if pid == 0 else 0)
    except OSError:
        pass


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
