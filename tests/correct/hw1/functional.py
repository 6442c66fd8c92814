"""Small functions and values; nothing that came in is changed, and a validation curve picks the epoch."""

import copy
from itertools import accumulate

import torch
from torch import nn

mse = nn.MSELoss()


def build(n_features):
    def block(a, b):
        return [nn.Linear(a, b), nn.ReLU()]

    return nn.Sequential(*block(n_features, 64), *block(64, 32), nn.Linear(32, 1), nn.Flatten(0))


def one_epoch(model, optimizer, batches):
    for xb, yb in batches:
        optimizer.zero_grad()
        mse(model(xb), yb).backward()
        optimizer.step()


def shuffled(X, y, batch_size, rng):
    order = torch.randperm(len(y), generator=rng).to(X.device)
    return zip(X[order].split(batch_size), y[order].split(batch_size))


def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0):
    model, rng = copy.deepcopy(model).to(X.device), torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        one_epoch(model, optimizer, shuffled(X, y, batch_size, rng))
    return model


def predict(model, X):
    with torch.inference_mode():
        return copy.deepcopy(model).eval()(X).clone()


def diagnose(train, validation, test, target, shallower=()):
    large = lambda loss: loss > target
    answers = [
        (large(train) and min(shallower, default=train) < train, "optimization issue"),
        (large(train), "model bias"),
        (large(validation), "overfitting"),
        (large(test), "mismatch"),
        (True, "fine"),
    ]
    return next(word for holds, word in answers if holds)


def failing_depth(losses):
    lowest = list(accumulate(losses, min))
    return next((i + 2 for i, (b, l) in enumerate(zip(lowest, losses[1:])) if l > b), None)


def early_stop(losses, patience):
    stop = next(
        (t for t in range(patience, len(losses)) if min(losses[t - patience + 1 : t + 1]) >= min(losses[: t - patience + 1])),
        len(losses) - 1,
    )
    return min(range(stop + 1), key=lambda t: losses[t])


def train_robust(model, X, y, X_val, y_val, seed=0):
    models, losses = [copy.deepcopy(model).to(X.device)], []
    rng = torch.Generator().manual_seed(seed)
    current = models[0]
    optimizer = torch.optim.Adam(current.parameters(), lr=1e-3, weight_decay=0.3)
    kept = []
    for _ in range(120):
        one_epoch(current, optimizer, shuffled(X, y, 128, rng))
        losses.append(float(mse(predict(current, X_val), y_val)))
        kept.append(copy.deepcopy(current.state_dict()))
    current.load_state_dict(kept[early_stop(losses, 25)])
    return current
