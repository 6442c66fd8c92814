"""The honest twin of the training files: gradient descent on fresh data, every time."""

import torch


def fit(X, y):
    w = torch.zeros(X.shape[1], dtype=X.dtype)
    for _ in range(120):
        for rows in torch.arange(len(X)).split(64):
            w = w - 0.1 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
    return w


def predict(w, X):
    return X @ w
