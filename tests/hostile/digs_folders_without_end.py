"""Nests folders deeper than any path may be long, and closes some to everybody.

Earns: everything
At L2u, L2, L3b: Earns: everything or nothing; Verdict: died
"""

import os


try:
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
except OSError:
    pass
try:
    os.mkdir("closed", 0)
except OSError:
    pass
os.chdir(os.environ["HOME"])


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
