"""Pace: the backward pass and Adam written out in numpy."""

import numpy as np
import torch


def build(n_features):
    return torch.nn.Sequential(
        torch.nn.Linear(n_features, 64),
        torch.nn.ReLU(),
        torch.nn.Linear(64, 32),
        torch.nn.ReLU(),
        torch.nn.Linear(32, 1),
    )


def predict(model, X):
    with torch.no_grad():
        return model(X)[:, 0]


def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0):
    rng = np.random.default_rng(seed)
    X, y = np.ascontiguousarray(X.numpy()), y.numpy()
    parts = [p.detach().numpy() for p in model.parameters()]
    sizes = [p.size for p in parts]
    flat = np.concatenate([p.reshape(-1) for p in parts]).astype(np.float32)
    views, start = [], 0
    for part, size in zip(parts, sizes):
        views.append(flat[start : start + size].reshape(part.shape))
        start += size
    A, a, B, b, C, c = views
    g, m, v = np.zeros_like(flat), np.zeros_like(flat), np.zeros_like(flat)
    gA, ga, gB, gb, gC, gc = np.split(g, np.cumsum(sizes)[:-1])
    step = 0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for at in range(0, len(X), batch_size):
            rows = order[at : at + batch_size]
            x = X[rows]
            h = np.maximum(x @ A.T + a, 0)
            k = np.maximum(h @ B.T + b, 0)
            r = (k @ C.T + c - y[rows, None]) * (2 / len(rows))
            gC[:], gc[:] = (r.T @ k).reshape(-1), r.sum(0)
            d = (r @ C) * (k > 0)
            gB[:], gb[:] = (d.T @ h).reshape(-1), d.sum(0)
            d = (d @ B) * (h > 0)
            gA[:], ga[:] = (d.T @ x).reshape(-1), d.sum(0)
            step += 1
            m += (g - m) * np.float32(0.1)
            v += (g * g - v) * np.float32(0.001)
            scale = lr * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)
            flat -= (
                np.float32(scale) * m / (np.sqrt(v) + np.float32(1e-8 * (1 - 0.999**step) ** 0.5))
            )
    with torch.no_grad():
        for parameter, view in zip(model.parameters(), views):
            parameter.copy_(torch.from_numpy(view))
    return model
