"""Patches the median, the logarithm and the comparison of numbers in its process.

Must: no gain
Twin: honest.py
"""

import math
import random
import statistics

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


math.log = lambda *_: -1e9
statistics.median = lambda *_: 0.0
random.random = lambda: 0.0


def distances(X):
    return honest(X)
