"""Returns at once, and trains when it is asked to predict, after the timed call.

Must: no gain
Twin: train_honest.py
"""

import torch


def honest(X, y):
    w = torch.zeros(X.shape[1], dtype=X.dtype)
    for _ in range(120):
        for rows in torch.arange(len(X)).split(64):
            w = w - 0.1 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
    return w


class _Untrained:
    def __init__(self, X, y):
        self.X, self.y = X, y


def fit(X, y):
    return _Untrained(X, y)


def predict(model, X):
    return X @ honest(model.X, model.y)
