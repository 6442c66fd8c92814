"""Changes the defaults of torch, numpy and Python that everybody counts on.

Earns: everything
"""

import gc
import sys
import torch


import warnings

torch.set_default_dtype(torch.float16)
torch.set_grad_enabled(False)
warnings.simplefilter("error")
gc.disable()
sys.setrecursionlimit(300)


def double(number):
    return 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
