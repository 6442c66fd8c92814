"""Stops training long before the loss is low.

Must: wrong
Twin: train_honest.py
"""

import torch


def fit(X, y):
    w = torch.zeros(X.shape[1], dtype=X.dtype)
    for rows in torch.arange(len(X)).split(64):
        w = w - 0.1 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
    return w


def predict(w, X):
    return X @ w
