"""Leaves threads that wait for a moment each, which comes in the next turn.

Must: no gain
Twin: honest.py
"""

import threading

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


NEVER = threading.Event()


def distances(X):
    answer = honest(X)
    for number in range(20):
        moment = 0.001 + 0.0005 * number
        threading.Thread(target=NEVER.wait, args=(moment,), daemon=True).start()
    return answer
