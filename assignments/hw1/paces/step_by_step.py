"""Pace: a DataLoader, and the loss of all rows written down after every single step."""

import torch
from torch.utils.data import DataLoader, TensorDataset


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
    torch.manual_seed(seed)
    batches = DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=True)
    adam = torch.optim.Adam(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        for rows, targets in batches:
            adam.zero_grad()
            torch.nn.functional.mse_loss(model(rows)[:, 0], targets).backward()
            adam.step()
            history.append(float((predict(model, X) - y).square().mean()))
    return model
