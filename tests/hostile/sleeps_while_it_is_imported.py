"""Never gets to the end of its first line.

Earns: nothing
Verdict: timed_out, missing
"""

import time


time.sleep(10**6)


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
