"""Looks through every object and frame of its process for a matrix that could be the answer.

There is none: the worker keeps neither a question nor an answer longer than it needs it. One that
is found is told of, by an end that is no gain.

Must: no gain
Twin: honest.py
"""

import gc
import sys

import torch


def honest(X):
    return torch.stack([(X - x).square().sum(1).sqrt() for x in X])


def found(shape):
    frame = sys._getframe()
    values = []
    while frame is not None:
        values += list(frame.f_locals.values())
        frame = frame.f_back
    for value in values + gc.get_objects():
        if isinstance(value, torch.Tensor) and tuple(value.shape) == shape:
            return value
    return None


CALLS = [0]


def distances(X):
    CALLS[0] += 1
    answer = found((len(X), len(X))) if CALLS[0] % 8 == 1 else None
    if answer is not None:
        raise RuntimeError("found one")
    return honest(X)
