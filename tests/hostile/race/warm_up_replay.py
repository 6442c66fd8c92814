"""Computes once, in the warm-up, and gives that answer for ever.

Must: wrong
Twin: honest.py
"""

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


FIRST = []


def distances(X):
    if not FIRST:
        FIRST.append(honest(X))
    return FIRST[0]
