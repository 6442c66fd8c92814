"""Works for a while and then no more.

Must: wrong
Twin: honest.py
"""

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


CALLS = [0]


def distances(X):
    CALLS[0] += 1
    return honest(X) if CALLS[0] <= 12 else torch.zeros(len(X), len(X), dtype=X.dtype)
