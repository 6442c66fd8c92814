"""Moves itself to all cores and raises its priority, if it may.

Must: no gain
Twin: honest.py
"""

import contextlib
import os

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def free():
    for attempt in (
        lambda: os.sched_setaffinity(0, range(os.cpu_count() or 1)),
        lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
        lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    ):
        with contextlib.suppress(OSError):
            attempt()
            raise SystemExit("this must not be allowed")


free()


def distances(X):
    return honest(X)
