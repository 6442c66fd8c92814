"""Dropout as the remedy, switched on for training only; He initialisation; the model in a list of layers."""

import torch
from torch import nn


class Regressor(nn.Module):
    def __init__(self, n_features):
        super().__init__()
        self.hidden = nn.ModuleList([nn.Linear(n_features, 64), nn.Linear(64, 32)])
        self.out = nn.Linear(32, 1)
        self.rate = 0.0
        for layer in self.hidden:
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")

    def forward(self, x):
        for layer in self.hidden:
            x = nn.functional.dropout(torch.relu(layer(x)), self.rate, self.training)
        return self.out(x)


def build(n_features):
    return Regressor(n_features)


def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0):
    model.to(X.device).train()
    opt = torch.optim.Adam(model.parameters(), lr=lr, foreach=True)
    g = torch.Generator().manual_seed(seed)
    n = X.size(0)
    for epoch in range(epochs):
        for rows in torch.split(torch.randperm(n, generator=g), batch_size):
            rows = rows.to(X.device)
            out = model(X[rows])
            loss = nn.functional.mse_loss(out, y[rows].view_as(out))
            opt.zero_grad()
            loss.backward()
            opt.step()
    return model.eval()


def predict(model, X):
    mode = model.training
    try:
        with torch.no_grad():
            return model.eval()(X).view(-1)
    finally:
        model.train(mode)


def diagnose(train, validation, test, target, shallower=()):
    if train <= target and validation <= target and test <= target:
        return "fine"
    if train <= target and validation <= target:
        return "mismatch"
    if train <= target:
        return "overfitting"
    for loss in shallower:
        if loss < train:
            return "optimization issue"
    return "model bias"


def failing_depth(losses):
    failing = [d for d in range(2, len(losses) + 1) if losses[d - 1] > min(losses[: d - 1])]
    return failing[0] if failing else None


def early_stop(losses, patience):
    history = []
    for loss in losses:
        history.append(loss)
        best = history.index(min(history))
        if len(history) - 1 - best >= patience:
            return best
    return best


def train_robust(model, X, y, X_val, y_val, seed=0):
    torch.manual_seed(seed)
    model.rate = 0.5
    train(model, X, y, epochs=250, seed=seed)
    model.rate = 0.0
    return model
