"""Leaves threads that start a successor and end, so that who pins one after the other misses some.

Must: no gain
Twin: honest.py
"""

import contextlib
import threading

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def succeed():
    with contextlib.suppress(RuntimeError):  # too many at once
        threading.Thread(target=succeed, daemon=True).start()


for _ in range(8):
    succeed()


def distances(X):
    return honest(X)
