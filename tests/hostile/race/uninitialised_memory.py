"""Returns memory as it finds it, where the right answer may have lain.

Must: wrong
Twin: honest.py
"""

import torch


def distances(X):
    return torch.empty(len(X), len(X), dtype=X.dtype)
