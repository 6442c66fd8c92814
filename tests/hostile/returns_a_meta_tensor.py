"""Returns a tensor that has a shape and no values.

Earns: test_norm, test_hidden_total
Verdict: wrong
"""

import torch


def double(number):
    return torch.empty(1, device="meta")


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
