"""Leaves products of the highest priority on the GPU for the reference's turn.

Must: no gain
Twin: honest.py
"""

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


LOW, HIGH = torch.cuda.Stream.priority_range()
STREAM = torch.cuda.Stream(priority=min(LOW, HIGH))
A = torch.randn(4096, 4096, device="cuda")


def distances(X):
    answer = honest(X)
    torch.cuda.current_stream().synchronize()
    with torch.cuda.stream(STREAM):
        for _ in range(20):
            A @ A
    return answer
