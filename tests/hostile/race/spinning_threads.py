"""Burns the machine with threads in the reference's turn.

Must: no gain
Twin: honest.py
"""

import threading

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def spin():
    while True:
        sum(range(1000))


STARTED = []


def distances(X):
    if not STARTED:
        for _ in range(2):
            STARTED.append(threading.Thread(target=spin, daemon=True))
            STARTED[-1].start()
    return honest(X)
