"""Answers at once with an empty matrix that a thread fills in on a stream of its own.

Must: wrong
Twin: honest.py
"""

import threading

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


STREAM = torch.cuda.Stream()


def fill(answer, X):
    with torch.cuda.stream(STREAM):
        torch.cuda._sleep(200_000_000)
        answer.copy_(honest(X))


def distances(X):
    answer = torch.zeros(len(X), len(X), dtype=X.dtype, device=X.device)
    threading.Thread(target=fill, args=(answer, X), daemon=True).start()
    return answer
