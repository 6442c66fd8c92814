"""Turns every clock in its process back to zero.

Must: no gain
Twin: honest.py
"""

import time

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


for name in ("time", "perf_counter", "process_time", "thread_time", "monotonic", "clock_gettime"):
    setattr(time, name, lambda *_: 0.0)
    setattr(time, name + "_ns", lambda *_: 0)


def distances(X):
    return honest(X)
