"""A class, a DataLoader and a state dict: the way the course's own sample code does it."""

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Net(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(d, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x):
        return self.layers(x).squeeze(1)


def build(n_features):
    return Net(n_features)


def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0):
    model = model.to(X.device)
    model.train()
    shuffler = torch.Generator().manual_seed(seed)
    loader = DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=True, generator=shuffler)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    for _ in range(epochs):
        for xb, yb in loader:
            optimizer.zero_grad()
            loss = criterion(model(xb), yb)
            loss.backward()
            optimizer.step()
    return model


def predict(model, X):
    was_training = model.training
    model.eval()
    answers = []
    with torch.no_grad():
        for (xb,) in DataLoader(TensorDataset(X), batch_size=4096):
            answers.append(model(xb))
    model.train(was_training)
    return torch.cat(answers)


def diagnose(train, validation, test, target, shallower=()):
    if train > target:
        if any(s < train for s in shallower):
            return "optimization issue"
        return "model bias"
    if validation > target:
        return "overfitting"
    if test > target:
        return "mismatch"
    return "fine"


def failing_depth(losses):
    for i in range(1, len(losses)):
        if losses[i] > min(losses[:i]):
            return i + 1
    return None


def early_stop(losses, patience):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best_epoch


def train_robust(model, X, y, X_val, y_val, seed=0):
    model = model.to(X.device)
    loader = DataLoader(
        TensorDataset(X, y), batch_size=64, shuffle=True, generator=torch.Generator().manual_seed(seed)
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=0.1)
    best, kept, waited = float("inf"), None, 0
    for _ in range(300):
        model.train()
        for xb, yb in loader:
            optimizer.zero_grad()
            nn.functional.mse_loss(model(xb), yb).backward()
            optimizer.step()
        loss = nn.functional.mse_loss(predict(model, X_val), y_val).item()
        if loss < best:
            best, kept, waited = loss, copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
            if waited >= 20:
                break
    model.load_state_dict(kept)
    return model
