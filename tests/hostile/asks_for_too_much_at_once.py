"""Asks for a petabyte.

Earns: test_norm, test_hidden_total
Verdict: out_of_memory, raised
"""

import torch


def double(number):
    return torch.empty(1 << 50)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
