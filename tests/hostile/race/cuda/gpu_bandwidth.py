"""Leaves copies of large arrays running on the GPU for the reference's turn.

Must: no gain
Twin: honest.py
"""

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


STREAM = torch.cuda.Stream()
A = torch.ones(64_000_000, device="cuda")
B = torch.empty_like(A)


def distances(X):
    answer = honest(X)
    torch.cuda.current_stream().synchronize()
    with torch.cuda.stream(STREAM):
        for _ in range(100):
            B.copy_(A)
    return answer
