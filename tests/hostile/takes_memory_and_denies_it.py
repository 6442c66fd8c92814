"""Runs out of memory, says it did not, and goes on.

Earns: everything
"""


def double(number):
    held = []
    try:
        while True:
            held.append(bytearray(64 << 20))
    except MemoryError:
        pass
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
