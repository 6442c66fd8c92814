"""Returns a tensor of tensors of different lengths.

Earns: test_norm, test_hidden_total
Verdict: raised, wrong
"""

import torch


def double(number):
    return torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
