"""Leaves long kernels running on the GPU for the reference's turn.

Must: no gain
Twin: honest.py
"""

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


STREAM = torch.cuda.Stream()


def distances(X):
    answer = honest(X)
    torch.cuda.current_stream().synchronize()
    with torch.cuda.stream(STREAM):
        torch.cuda._sleep(100_000_000)
    return answer
