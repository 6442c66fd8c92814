"""Answers its first call at once and the next one never, so that no lap is ever whole.

Must: wrong
Twin: honest.py
Seconds: 3
"""

import time

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


CALLS = [0]


def distances(X):
    CALLS[0] += 1
    if CALLS[0] > 1:
        time.sleep(60)
    return honest(X)
