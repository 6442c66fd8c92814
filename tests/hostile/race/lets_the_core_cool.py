"""Sleeps for a part of its turn, so that the core is slow when the reference gets it.

Must: no gain
Twin: honest.py
"""

import time

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def distances(X):
    answer = honest(X)
    time.sleep(0.002)
    return answer
