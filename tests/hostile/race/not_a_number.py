"""Answers with NaN, which compares false with everything.

Must: wrong
Twin: honest.py
"""

import torch


def distances(X):
    return torch.full((len(X), len(X)), float("nan"), dtype=X.dtype)
