"""Unpacks a small archive of zeros into gigabytes.

Earns: test_norm, test_hidden_total
Verdict: out_of_memory, wrong, timed_out
"""

import zlib


def double(number):
    packed = zlib.compress(bytes(1 << 20), 9)
    return len(b"".join(zlib.decompress(packed) for _ in range(4096)))


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
