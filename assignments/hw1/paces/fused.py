"""Pace: the rows put in order once an epoch, batches as views, and the fused Adam."""

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
    generator = torch.Generator().manual_seed(seed)
    adam = torch.optim.Adam(model.parameters(), lr=lr, fused=True)
    for _ in range(epochs):
        order = torch.randperm(len(X), generator=generator)
        for rows, targets in zip(X[order].split(batch_size), y[order].split(batch_size)):
            adam.zero_grad()
            torch.nn.functional.mse_loss(model(rows)[:, 0], targets).backward()
            adam.step()
    return model
