"""Replaces our own functions in its process: the packer then says what it likes.

Earns: nothing
Verdict: died, wrong, missing
"""


import inside.frames
import inside.packing
import inside.worker

inside.packing._Packer.encode = lambda self, value, depth: {"d": [["number", 2], ["value", 6]]}

def double(number):
    return 5


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
