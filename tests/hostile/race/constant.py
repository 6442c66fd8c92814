"""Always answers zero.

Must: wrong
Twin: honest.py
"""

import torch


def distances(X):
    return torch.zeros(len(X), len(X), dtype=X.dtype)
