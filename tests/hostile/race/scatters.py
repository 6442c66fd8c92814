"""Works for very different times, so that its interval is wide and reaches far down.

Must: no gain
Twin: honest.py
"""

import random

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


LUCK = random.Random(1)


def distances(X):
    for _ in range(LUCK.choice((0, 0, 1, 7))):
        honest(X)
    return honest(X)
