"""Writes over the whole cache after its answer is ready, so that the reference starts cold.

Must: no gain
Twin: honest.py
"""

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


JUNK = torch.ones(4_000_000)


def distances(X):
    answer = honest(X)
    JUNK.add_(1)
    return answer
