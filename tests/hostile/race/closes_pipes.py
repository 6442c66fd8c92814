"""Opens and closes pipes, which the kernel takes apart a while later, in the next turn.

Must: no gain
Twin: honest.py
"""

import os

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def distances(X):
    answer = honest(X)
    for _ in range(100):
        for end in os.pipe():
            os.close(end)
    return answer
