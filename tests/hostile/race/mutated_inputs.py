"""Zeroes its input, so that the answer to it would be zero.

Must: wrong
Twin: honest.py
"""

import torch


def distances(X):
    X.zero_()
    return torch.zeros(len(X), len(X), dtype=X.dtype)
