"""Takes all the memory it can get, as tensors.

Earns: test_norm, test_hidden_total
Verdict: out_of_memory
"""

import torch


def double(number):
    held = []
    while True:
        held.append(torch.empty(16 << 20))


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
