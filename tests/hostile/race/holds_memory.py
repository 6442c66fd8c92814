"""Holds a gigabyte, so that the reference gets what memory is left.

Must: no gain
Twin: honest.py
"""

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


HELD = []


def distances(X):
    if not HELD:
        HELD.extend(torch.ones(1 << 18) for _ in range(1 << 10))
    return honest(X)
