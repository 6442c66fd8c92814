"""Sleeps for most of its time, which its processor time does not show.

Must: referred
Twin: honest.py
"""

import time

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def distances(X):
    answer = honest(X)
    time.sleep(0.05)
    return answer
