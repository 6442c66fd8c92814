"""Touches memory far apart and gives it back, whose tables the kernel frees in the next turn.

Must: no gain
Twin: honest.py
"""

import mmap

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def distances(X):
    answer = honest(X)
    with mmap.mmap(-1, 1 << 28) as sparse:
        for place in range(0, 1 << 28, 1 << 21):
            sparse[place] = 1
    return answer
