"""Lets another thread do the work and sleeps, so that its own thread uses no time.

Must: no gain
Twin: honest.py
"""

import threading
import time

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def distances(X):
    box = []
    thread = threading.Thread(target=lambda: box.append(honest(X)))
    thread.start()
    while thread.is_alive():
        time.sleep(0.0005)
    return box[0]
