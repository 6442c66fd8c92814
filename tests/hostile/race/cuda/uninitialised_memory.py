"""Returns GPU memory as it finds it.

Must: wrong
Twin: honest.py
"""

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


def distances(X):
    return torch.empty(len(X), len(X), dtype=X.dtype, device=X.device)
