"""Right, by index arithmetic: what a matrix holds is put there at once; early stopping in training."""

import copy

import torch
from torch import nn


def places(w, height, width):
    """Where each weight lies: rows and columns of the matrix, shaped (F, H', W', C, k, l)."""
    F, C, k, l = w.shape
    f, i, j, c, a, b = torch.meshgrid(
        *(
            torch.arange(size, device=w.device)
            for size in (F, height - k + 1, width - l + 1, C, k, l)
        ),
        indexing="ij",
    )
    row = (f * (height - k + 1) + i) * (width - l + 1) + j
    column = (c * height + i + a) * width + j + b
    return row, column


def conv2d_matrix(w, shape):
    F, C, k, l = w.shape
    _, height, width = shape
    row, column = places(w, height, width)
    M = torch.zeros(F * (height - k + 1) * (width - l + 1), C * height * width).to(w)
    M.index_put_((row, column), w[:, None, None].expand(row.shape))
    return M


def conv2d(x, w):
    n, C, H, W = x.shape
    F, _, k, l = w.shape
    return (x.reshape(n, -1) @ conv2d_matrix(w, (C, H, W)).T).reshape(n, F, H - k + 1, W - l + 1)


def pool2d(x, k):
    return x.unfold(2, k, k).unfold(3, k, k).flatten(4).max(-1).values


def layer_sizes(layers):
    """Yield for each layer its weights and biases at one place, and at how many places they are."""
    (C, H, W), *_ = (layer["shape"] for layer in layers if layer["layer"] == "input")
    for layer in layers:
        if layer["layer"] == "pool":
            H, W = H // layer["size"], W // layer["size"]
        elif layer["layer"] == "conv":
            H, W = H - layer["size"] + 1, W - layer["size"] + 1
            yield layer, C * layer["size"] ** 2, layer["filters"], H * W
            C = layer["filters"]
        elif layer["layer"] == "linear":
            yield layer, C * H * W, layer["units"], 1
            C, H, W = layer["units"], 1, 1


def count_parameters(layers):
    return sum(
        units * (weights + layer.get("bias", True)) * (1 if layer.get("shared", True) else places)
        for layer, weights, units, places in layer_sizes(layers)
    )


class Filters(nn.ModuleDict):
    def forward(self, x):
        return self["last"](self["filters"](x).clamp(min=0).flatten(2).max(2).values)


class Pixels(nn.ModuleDict):
    def forward(self, x):
        return self["last"](self["units"](x.flatten(1)).clamp(min=0))


def build_cnn(shape, classes):
    return Filters({"filters": nn.Conv2d(shape[0], 8, (4, 4)), "last": nn.Linear(8, classes)})


def build_mlp(shape, classes):
    C, H, W = shape
    return Pixels({"units": nn.Linear(C * H * W, 64), "last": nn.Linear(64, classes)})


def train(model, x, y, seed=0):
    model.to(x.device)
    generator = torch.Generator().manual_seed(seed)
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    best, kept = float("inf"), None
    for _ in range(45):
        total = 0.0
        for rows in torch.randperm(len(x), generator=generator).to(x.device).split(32):
            adam.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            adam.step()
            total += float(loss.detach()) * len(rows)
        if total < best:
            best, kept = total, copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    return model


def predict(model, x):
    with torch.inference_mode():
        return model(x).max(1).indices.tolist()


def compare(curves):
    target = curves["target"]
    worst = {
        name: [curve[part][-1] > target for part in ("train", "test")]
        for name, curve in curves.items()
        if name != "target"
    }
    mlp, cnn = worst["mlp"], worst["cnn"]
    if mlp[0] and cnn[0]:
        return "model bias"
    if mlp[0] != cnn[0]:
        return "optimization issue" if mlp[0] else "place matters"
    return ("fine", "overfitting", "mismatch")[mlp[1] + cnn[1]]
