"""Thinks in numpy: losses are arrays, predictions leave as arrays, torch is only there to differentiate."""

import numpy as np
import torch


class MLP(torch.nn.Module):
    def __init__(self, n):
        super().__init__()
        self.l1 = torch.nn.Linear(n, 64)
        self.l2 = torch.nn.Linear(64, 32)
        self.l3 = torch.nn.Linear(32, 1)

    def forward(self, x):
        h = torch.clamp(self.l1(x), min=0)
        h = torch.maximum(self.l2(h), torch.zeros((), device=x.device))
        return self.l3(h)


def build(n_features):
    return MLP(n_features)


def train(model, X, y, epochs=500, batch_size=128, lr=1e-3, seed=0):
    rng = np.random.default_rng(seed)
    model.to(X.device)
    n = len(X)
    opt = torch.optim.Adam(model.parameters(), lr)
    for _ in range(epochs):
        order = rng.permutation(n)
        for part in np.array_split(order, range(batch_size, n, batch_size)):
            rows = torch.as_tensor(part, device=X.device)
            residual = model(X[rows]).ravel() - y[rows]
            loss = residual @ residual / len(part)
            for p in model.parameters():
                p.grad = None
            loss.backward()
            opt.step()
    return model


def predict(model, X):
    mode = model.training
    answers = model.eval()(X).detach().cpu().numpy().ravel()
    model.train(mode)
    return answers


def diagnose(train, validation, test, target, shallower=()):
    shallower = np.asarray(shallower, dtype=float)
    if train > target:
        return str(np.where((shallower < train).any(), "optimization issue", "model bias"))
    words = np.array(["overfitting", "mismatch", "fine"])
    return words[np.argmax([validation > target, test > target, True])]


def failing_depth(losses):
    losses = np.asarray(losses, dtype=float)
    worse = losses[1:] > np.minimum.accumulate(losses)[:-1]
    return np.flatnonzero(worse)[0] + 2 if worse.any() else None


def early_stop(losses, patience):
    losses = np.asarray(losses, dtype=float)
    best = np.minimum.accumulate(losses)
    record = np.r_[True, losses[1:] < best[:-1]]
    last = np.maximum.accumulate(np.where(record, np.arange(len(losses)), 0))
    over = np.flatnonzero(np.arange(len(losses)) - last >= patience)
    return np.int64(last[over[0]] if len(over) else last[-1])


def train_robust(model, X, y, X_val, y_val, seed=0):
    # keep only the columns that matter: those most correlated with y; the others get weight zero
    Xn, yn = X.cpu().numpy().astype(float), y.cpu().numpy().astype(float)
    corr = np.abs(np.nan_to_num((Xn * (yn - yn.mean())[:, None]).mean(0)))
    keep = np.zeros(X.shape[1], dtype=np.float32)
    keep[np.argsort(-corr)[:8]] = 1
    mask = torch.as_tensor(keep, device=X.device)
    model = train(model, X * mask, y, epochs=200, seed=seed)
    with torch.no_grad():
        model.l1.weight *= mask
    return model
