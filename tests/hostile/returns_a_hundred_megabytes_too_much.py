"""Returns a tensor of two hundred megabytes.

Earns: test_norm, test_hidden_total
Verdict: wrong, died, out_of_memory
"""

import torch


def double(number):
    return torch.zeros(50_000_000)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
