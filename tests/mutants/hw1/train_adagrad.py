"""Adagrad in place of Adam.

Loses: test_train_takes_the_steps_of_adam, test_train_uses_every_batch, test_fit_beats_yesterday
May lose: test_training_reaches_the_loss_of_the_note
"""

import torch
from torch import nn


def build(n_features):
    return nn.Sequential(nn.Linear(n_features, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))


def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0):
    torch.manual_seed(seed)
    model.to(X.device)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=lr)
    for epoch in range(epochs):
        for rows in torch.randperm(len(X)).split(batch_size):
            optimizer.zero_grad()
            loss = ((model(X[rows]).squeeze(1) - y[rows]) ** 2).mean()
            loss.backward()
            optimizer.step()
    return model


def predict(model, X):
    training = model.training
    model.eval()
    with torch.no_grad():
        answers = model(X).squeeze(1)
    model.train(training)
    return answers


def diagnose(train, validation, test, target, shallower=()):
    if train > target:
        return "optimization issue" if any(loss < train for loss in shallower) else "model bias"
    if validation > target:
        return "overfitting"
    if test > target:
        return "mismatch"
    return "fine"


def failing_depth(losses):
    best = losses[0]
    for depth, loss in enumerate(losses, start=1):
        if loss > best:
            return depth
        best = min(best, loss)
    return None


def early_stop(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


def train_robust(model, X, y, X_val, y_val, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=0.2)
    best, waited = float("inf"), 0
    for epoch in range(300):
        for rows in torch.randperm(len(X)).split(64):
            optimizer.zero_grad()
            ((model(X[rows]).squeeze(1) - y[rows]) ** 2).mean().backward()
            optimizer.step()
        loss = ((predict(model, X_val) - y_val) ** 2).mean().item()
        if loss < best:
            best, waited = loss, 0
            kept = {name: value.clone() for name, value in model.state_dict().items()}
        else:
            waited += 1
            if waited == 25:
                break
    model.load_state_dict(kept)
    return model
