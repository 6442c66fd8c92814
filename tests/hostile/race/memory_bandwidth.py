"""A thread copies large arrays all the time, to slow the reference down.

Must: no gain
Twin: honest.py
"""

import threading

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def burn():
    a = torch.ones(4_000_000)
    b = torch.empty_like(a)
    while True:
        b.copy_(a)


STARTED = []


def distances(X):
    if not STARTED:
        STARTED.append(threading.Thread(target=burn, daemon=True))
        STARTED[-1].start()
    return honest(X)
