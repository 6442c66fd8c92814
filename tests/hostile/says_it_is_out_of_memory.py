"""Says that it ran out of memory, which it did not: it gets what it says.

Earns: test_norm, test_hidden_total
Verdict: out_of_memory
"""


def double(number):
    raise MemoryError("DefaultCPUAllocator: can't allocate memory")


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
