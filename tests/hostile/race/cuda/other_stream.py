"""Works on a stream of its own and does not wait for it.

Must: wrong
Twin: honest.py
"""

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


STREAM = torch.cuda.Stream()


def distances(X):
    answer = torch.zeros(len(X), len(X), dtype=X.dtype, device=X.device)
    with torch.cuda.stream(STREAM):
        torch.cuda._sleep(200_000_000)
        answer.copy_(honest(X))
    return answer
