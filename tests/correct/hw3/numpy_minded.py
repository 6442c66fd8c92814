"""Right, in numpy wherever that is possible; arrays come back as numpy's, numbers as numpy's."""

import numpy as np
import torch


def conv2d(x, w):
    windows = np.lib.stride_tricks.sliding_window_view(x.cpu().numpy(), w.shape[2:], axis=(2, 3))
    return np.tensordot(windows, w.cpu().numpy(), ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)


def conv2d_matrix(w, shape):
    w = w.cpu().numpy()
    F, C, k, l = w.shape
    H, W = shape[1:]
    one = np.zeros((F, C, H, W), w.dtype)
    one[:, :, :k, :l] = w
    one = one.reshape(F, -1)
    rows = [
        np.roll(filter, i * W + j)
        for filter in one
        for i in range(H - k + 1)
        for j in range(W - l + 1)
    ]
    return np.stack(rows)


def count_parameters(layers):
    C, H, W = layers[0]["shape"]
    total = np.int64(0)
    for layer in layers[1:]:
        bias = int(layer.get("bias", True))
        match layer["layer"]:
            case "pool":
                H, W = H // layer["size"], W // layer["size"]
            case "conv":
                H, W = H - layer["size"] + 1, W - layer["size"] + 1
                each = C * layer["size"] ** 2 + bias
                C = layer["filters"]
                total += C * each * (1 if layer.get("shared", True) else H * W)
            case "linear":
                total += layer["units"] * (C * H * W + bias)
                C, H, W = layer["units"], 1, 1
    return total


def pool2d(x, k):
    x = x.cpu().numpy()
    n, C, H, W = x.shape
    return x[:, :, : H // k * k, : W // k * k].reshape(n, C, H // k, k, W // k, k).max((3, 5))


class Shared(torch.nn.Module):
    """The last layer's weights are named first."""

    def __init__(self, channels, classes, filters=10, size=4):
        super().__init__()
        self.last = torch.nn.Linear(filters, classes)
        self.first = torch.nn.Conv2d(channels, filters, size)

    def forward(self, x):
        return self.last(torch.relu(self.first(x)).amax((2, 3)))


class Full(torch.nn.Module):
    def __init__(self, pixels, classes):
        super().__init__()
        self.second = torch.nn.Linear(64, classes)
        self.first = torch.nn.Linear(pixels, 64)

    def forward(self, x):
        return self.second(torch.relu(self.first(x.reshape(len(x), -1))))


def build_cnn(shape, classes):
    return Shared(shape[0], classes)


def build_mlp(shape, classes):
    return Full(int(np.prod(shape)), classes)


def train(model, x, y, seed=0):
    rng = np.random.default_rng(seed)
    model.to(x.device)
    adam = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=1e-3)
    for _ in range(50):
        order = rng.permutation(len(x))
        for start in range(0, len(x), 20):
            rows = torch.from_numpy(order[start : start + 20]).to(x.device)
            adam.zero_grad()
            torch.nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            adam.step()
    return model


def predict(model, x):
    with torch.no_grad():
        return np.argmax(model(x).cpu().numpy(), axis=1)


def compare(curves):
    last = {
        (network, part): np.asarray(curves[network][part], dtype=np.float64)[-1] > curves["target"]
        for network in ("mlp", "cnn")
        for part in ("train", "test")
    }
    table = {
        (False, False): ["fine", "overfitting", "mismatch"][
            int(last["mlp", "test"]) + int(last["cnn", "test"])
        ],
        (True, False): "optimization issue",
        (False, True): "place matters",
        (True, True): "model bias",
    }
    return table[bool(last["mlp", "train"]), bool(last["cnn", "train"])]
