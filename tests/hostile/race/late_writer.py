"""Answers with half of the matrix, and writes the rest after its reply.

Must: wrong
Twin: honest.py
"""

import threading
import time

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def later(answer, X):
    time.sleep(0.002)
    answer.copy_(honest(X))


def distances(X):
    answer = torch.zeros(len(X), len(X), dtype=X.dtype)
    half = len(X) // 2
    answer[:half] = honest(X)[:half]
    threading.Thread(target=later, args=(answer, X), daemon=True).start()
    return answer
