"""Is very slow in its first calls, so that few laps are run, and honest later.

Must: no gain
Twin: honest.py
"""

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


CALLS = [0]


def distances(X):
    CALLS[0] += 1
    if CALLS[0] <= 3:
        for _ in range(10):
            honest(X)
    return honest(X)
