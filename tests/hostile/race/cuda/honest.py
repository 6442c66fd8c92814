"""The honest twin of every file here: distances on the GPU, some rows at a time."""

import torch


def distances(X):
    rows = X.split(64)
    return torch.cat([(X - r[:, None]).square().sum(2).sqrt() for r in rows])
