"""Returns a tensor with a graph and hooks behind it: only its values count.

Earns: everything
"""

import torch


def GRAPH(number):
    x = torch.tensor(float(number), requires_grad=True)
    y = 2 * x
    y.register_hook(lambda g: print("LEAK: hook"))
    return y


def double(number):
    return GRAPH(number)


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
