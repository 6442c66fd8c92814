"""A thread tries to have the next answer ready before it is asked.

Must: no gain
Twin: honest.py
"""

import gc
import threading
import time

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


READY = {}


def ahead():
    while True:
        for value in gc.get_objects():
            if isinstance(value, torch.Tensor) and value.ndim == 2 and id(value) not in READY:
                READY[id(value)] = None
        time.sleep(0.01)


STARTED = []


def distances(X):
    if not STARTED:
        STARTED.append(threading.Thread(target=ahead, daemon=True))
        STARTED[-1].start()
    return honest(X)
