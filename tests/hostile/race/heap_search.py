"""Looks through every object and frame of its process for the answer.

There is none but those that it gave itself, to other questions, and keeps alive by its own search.
One that is found is told of, by an end that is no gain.

Must: no gain
Twin: honest.py
"""

import gc
import sys

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def found(truth):
    frame = sys._getframe()
    values = []
    while frame is not None:
        values += list(frame.f_locals.values())
        frame = frame.f_back
    for value in values + gc.get_objects():
        if isinstance(value, torch.Tensor) and value is not truth and value.shape == truth.shape:
            if torch.allclose(value, truth):
                return value
    return None


CALLS = [0]


def distances(X):
    CALLS[0] += 1
    answer = honest(X)
    if CALLS[0] % 8 == 1 and found(answer) is not None:
        raise RuntimeError("found one")
    return answer
