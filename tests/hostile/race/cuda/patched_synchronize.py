"""Makes synchronize and stream waiting do nothing in its process.

Must: no gain
Twin: honest.py
"""

import torch


def honest(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])


torch.cuda.synchronize = lambda *_: None
torch.cuda.Stream.synchronize = lambda *_: None
torch.cuda.Event.synchronize = lambda *_: None


def distances(X):
    return honest(X)
