"""Scales the images in place before it trains.

Loses: test_train_repeats_itself
"""

import torch
from torch import nn


def conv2d(x, w):
    """Slide the filters over the images."""
    F, C, k, l = w.shape
    n, _, H, W = x.shape
    y = torch.zeros(n, F, H - k + 1, W - l + 1, dtype=x.dtype, device=x.device)
    for a in range(k):
        for b in range(l):
            part = x[:, :, a : a + H - k + 1, b : b + W - l + 1]
            y += torch.einsum("nchw,fc->nfhw", part, w[:, :, a, b])
    return y


def conv2d_matrix(w, shape):
    """Put the filters into one row for each place."""
    F, C, k, l = w.shape
    _, H, W = shape
    rows, columns = H - k + 1, W - l + 1
    M = torch.zeros(F, rows, columns, C, H, W, dtype=w.dtype, device=w.device)
    for i in range(rows):
        for j in range(columns):
            M[:, i, j, :, i : i + k, j : j + l] = w
    return M.reshape(F * rows * columns, C * H * W)


def count_parameters(layers):
    """Follow the shape through the layers, and count."""
    total = 0
    for layer in layers:
        kind = layer["layer"]
        bias = layer.get("bias", True)
        if kind == "input":
            C, H, W = layer["shape"]
        elif kind == "pool":
            H, W = H // layer["size"], W // layer["size"]
        elif kind == "conv":
            k, F = layer["size"], layer["filters"]
            H, W = H - k + 1, W - k + 1
            count = F * (C * k * k + bias)
            if not layer.get("shared", True):
                count *= H * W
            total += count
            C = F
        elif kind == "linear":
            total += layer["units"] * (C * H * W + bias)
            C, H, W = layer["units"], 1, 1
    return total


def pool2d(x, k):
    """Keep the largest value of each window."""
    return torch.nn.functional.max_pool2d(x, k)


def build_cnn(shape, classes):
    """Eight filters of 4 by 4, the largest value of each, a linear layer."""
    return nn.Sequential(
        nn.Conv2d(shape[0], 8, 4),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(8, classes),
    )


def build_mlp(shape, classes):
    """64 units that see all pixels."""
    C, H, W = shape
    return nn.Sequential(nn.Flatten(), nn.Linear(C * H * W, 64), nn.ReLU(), nn.Linear(64, classes))


def train(model, x, y, seed=0):
    """Adam on the cross-entropy."""
    x -= x.mean()
    x /= x.std()
    model.to(x.device)
    order = torch.Generator().manual_seed(seed)
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(40):
        for rows in torch.randperm(len(x), generator=order).to(x.device).split(32):
            adam.zero_grad()
            nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            adam.step()
    return model


def predict(model, x):
    """The class with the largest output."""
    with torch.no_grad():
        return model(x).argmax(1)


def compare(curves):
    """Look at training first, then at testing."""
    target = curves["target"]
    mlp, cnn = curves["mlp"], curves["cnn"]
    if mlp["train"][-1] > target:
        return "model bias" if cnn["train"][-1] > target else "optimization issue"
    if cnn["train"][-1] > target:
        return "place matters"
    large = (mlp["test"][-1] > target) + (cnn["test"][-1] > target)
    return ["fine", "overfitting", "mismatch"][large]
