"""Makes every event say that no time went by.

Must: no gain
Twin: honest.py
"""

import time

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


torch.cuda.Event.elapsed_time = lambda *_: 0.0
time.perf_counter = lambda: 0.0


def distances(X):
    return honest(X)
