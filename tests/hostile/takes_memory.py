"""Takes all the memory it can get.

Earns: test_norm, test_hidden_total
Verdict: out_of_memory
"""


def double(number):
    held = []
    while True:
        held.append(bytearray(64 << 20))


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
