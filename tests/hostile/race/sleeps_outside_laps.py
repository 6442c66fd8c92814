"""Sleeps when it is loaded and in its first call, so that there is time for few laps.

Must: no gain or wrong
Twin: honest.py
Seconds: 6
"""

import time

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


time.sleep(2.2)
CALLS = [0]


def distances(X):
    CALLS[0] += 1
    if CALLS[0] == 1:
        time.sleep(2.2)
    return honest(X)
