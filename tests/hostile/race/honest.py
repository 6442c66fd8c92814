"""The honest twin of every file here: distances between all rows, row by row."""

import torch


def distances(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])
