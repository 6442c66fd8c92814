"""Trains in a hook of the garbage collector, in the hope that collecting is not timed.

Must: no gain
Twin: train_honest.py
"""

import gc

import torch


def honest(X, y):
    w = torch.zeros(X.shape[1], dtype=X.dtype)
    for _ in range(120):
        for rows in torch.arange(len(X)).split(64):
            w = w - 0.1 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
    return w


class _Untrained:
    def __init__(self, X, y):
        self.X, self.y, self.w = X, y, None


DUE = []


def train_what_is_due(*_):
    for model in DUE:
        model.w = honest(model.X, model.y)
    DUE.clear()


gc.callbacks.append(train_what_is_due)


def fit(X, y):
    DUE.append(_Untrained(X, y))
    return DUE[-1]


def predict(model, X):
    train_what_is_due()
    return X @ model.w
