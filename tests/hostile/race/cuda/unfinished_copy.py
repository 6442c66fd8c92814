"""Returns host memory that the GPU is still writing to.

Must: wrong
Twin: honest.py
"""

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


def distances(X):
    answer = torch.zeros(len(X), len(X), dtype=X.dtype, pin_memory=True)
    torch.cuda._sleep(200_000_000)
    answer.copy_(honest(X), non_blocking=True)
    return answer
