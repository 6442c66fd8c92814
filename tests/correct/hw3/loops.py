"""Right, the way most people write it first: the definition's loops, and a DataLoader."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset


def conv2d(x, w):
    n, channels, height, width = x.shape
    filters, _, k, l = w.shape
    y = torch.zeros(n, filters, height - k + 1, width - l + 1, dtype=x.dtype, device=x.device)
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + k, j : j + l]
            for f in range(filters):
                y[:, f, i, j] = (window * w[f]).sum(dim=(1, 2, 3))
    return y


def conv2d_matrix(w, shape):
    filters, channels, k, l = w.shape
    _, height, width = shape
    rows = height - k + 1
    columns = width - l + 1
    M = torch.zeros(
        filters * rows * columns, channels * height * width, dtype=w.dtype, device=w.device
    )
    for f in range(filters):
        for i in range(rows):
            for j in range(columns):
                for c in range(channels):
                    for a in range(k):
                        row = f * rows * columns + i * columns + j
                        column = c * height * width + (i + a) * width + j
                        M[row, column : column + l] = w[f, c, a]
    return M


def count_parameters(layers):
    total = 0
    shape = None
    for layer in layers:
        kind = layer["layer"]
        if kind == "input":
            shape = list(layer["shape"])
        elif kind == "pool":
            shape = [shape[0], shape[1] // layer["size"], shape[2] // layer["size"]]
        elif kind == "conv":
            k = layer["size"]
            one = shape[0] * k * k
            if layer.get("bias", True):
                one += 1
            shape = [layer["filters"], shape[1] - k + 1, shape[2] - k + 1]
            if layer.get("shared", True):
                total += layer["filters"] * one
            else:
                total += layer["filters"] * one * shape[1] * shape[2]
        elif kind == "linear":
            one = shape[0] * shape[1] * shape[2]
            if layer.get("bias", True):
                one += 1
            total += layer["units"] * one
            shape = [layer["units"], 1, 1]
    return total


def pool2d(x, k):
    n, channels, height, width = x.shape
    y = torch.empty(n, channels, height // k, width // k, dtype=x.dtype, device=x.device)
    for i in range(height // k):
        for j in range(width // k):
            y[:, :, i, j] = x[:, :, i * k : i * k + k, j * k : j * k + k].amax(dim=(2, 3))
    return y


class CNN(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.conv = nn.Conv2d(channels, 12, 4)
        self.fc = nn.Linear(12, classes)

    def forward(self, x):
        x = F.relu(self.conv(x))
        x = F.max_pool2d(x, kernel_size=x.shape[2:])
        return self.fc(x.view(len(x), -1))


def build_cnn(shape, classes):
    return CNN(shape[0], classes)


def build_mlp(shape, classes):
    channels, height, width = shape
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(channels * height * width, 64),
        nn.ReLU(),
        nn.Linear(64, classes),
    )


def train(model, x, y, seed=0):
    torch.manual_seed(seed)
    model.to(x.device)
    model.train()
    loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for epoch in range(50):
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
    return model


def predict(model, x):
    model.eval()
    with torch.no_grad():
        return model(x).argmax(dim=1)


def compare(curves):
    target = curves["target"]

    def large(network, part):
        return curves[network][part][-1] > target

    if large("mlp", "train") and large("cnn", "train"):
        return "model bias"
    if large("mlp", "train"):
        return "optimization issue"
    if large("cnn", "train"):
        return "place matters"
    if large("mlp", "test") and large("cnn", "test"):
        return "mismatch"
    if large("mlp", "test") or large("cnn", "test"):
        return "overfitting"
    return "fine"
