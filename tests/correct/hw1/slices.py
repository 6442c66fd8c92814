"""Shuffled slices, everything in place, and weight decay alone as the remedy."""

import torch
import torch.nn.functional as F


def build(n_features):
    net = torch.nn.Sequential()
    sizes = [n_features, 64, 32, 1]
    for k in range(3):
        net.add_module(f"linear{k}", torch.nn.Linear(sizes[k], sizes[k + 1]))
        if k < 2:
            net.add_module(f"relu{k}", torch.nn.ReLU(inplace=True))
    return net


def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0, weight_decay=0.0):
    torch.manual_seed(seed)
    model.to(X.device)
    y = y.reshape(-1, 1)
    opt = torch.optim.Adam(model.parameters(), lr=lr, weight_decay=weight_decay)
    for epoch in range(epochs):
        idx = torch.randperm(X.shape[0], device=X.device)
        for start in range(0, X.shape[0], batch_size):
            rows = idx[start : start + batch_size]
            loss = ((model(X[rows]) - y[rows]) ** 2).mean()
            opt.zero_grad(set_to_none=True)
            loss.backward()
            opt.step()
    return model


@torch.no_grad()
def predict(model, X):
    modes = {part: part.training for part in model.modules()}
    answers = model.eval()(X)[:, 0]
    for part, mode in modes.items():
        part.training = mode
    return answers


def diagnose(train, validation, test, target, shallower=()):
    if train > target:
        return "optimization issue" if len(shallower) and min(shallower) < train else "model bias"
    return "overfitting" if validation > target else "mismatch" if test > target else "fine"


def failing_depth(losses):
    best = losses[0]
    for depth, loss in enumerate(losses[1:], 2):
        if loss > best:
            return depth
        best = min(best, loss)


def early_stop(losses, patience):
    best = 0
    for t in range(1, len(losses)):
        if t - best > patience:
            break
        if losses[t] < losses[best]:
            best = t
    return best


def train_robust(model, X, y, X_val, y_val, seed=0):
    return train(model, X, y, epochs=300, batch_size=100, seed=seed, weight_decay=2.0)
