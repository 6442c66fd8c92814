"""Returns an empty matrix whose methods would compute the answer if they were used.

Must: wrong
Twin: honest.py
"""

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def distances(X):
    answer = torch.zeros(len(X), len(X), dtype=X.dtype)
    answer.numpy = lambda: honest(X).numpy()
    answer.tolist = lambda: honest(X).tolist()
    return answer
