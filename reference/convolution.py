"""Homework 3 solved: convolutions, the matrices that they are, and two networks to compare.

A convolution is a fully connected layer most of whose weights are missing and whose others are
shared: Y. LeCun et al., "Backpropagation applied to handwritten zip code recognition", Neural
Computation 1 (1989). The theory around it is chapter 2 of Hung-yi Lee's Machine Learning 2021.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FILTERS: Final = 8
SIZE: Final = 4
UNITS: Final = 64
EPOCHS: Final = 40
BATCH: Final = 32
RATE: Final = 0.01


def conv2d(x: Tensor, w: Tensor) -> Tensor:
    """Slide the filters `w (F, C, k, l)` over images `x (n, C, H, W)`: `(n, F, H-k+1, W-l+1)`.

    The filters are not turned, as is usual where they are learned:
    y[n, f, i, j] = sum over c, a, b of w[f, c, a, b] x[n, c, i + a, j + b]
    (V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016).
    """
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("ncijab,fcab->nfij", windows, w)


def conv2d_matrix(w: Tensor, shape: Sequence[int]) -> Tensor:
    """Return M `(F H' W', C H W)` with M x.flatten() = conv2d(x[None], w).flatten().

    The entry at row (f, i, j) and column (c, i + a, j + b) is w[f, c, a, b], all others are 0: a
    doubly block Toeplitz matrix. Moving i or j by one moves a place's row by W' or 1 and its
    columns by W or 1, so that all places of a weight lie in one strided view of M.
    """
    filters, channels, tall, wide = w.shape
    _, height, width = shape
    rows, columns = height - tall + 1, width - wide + 1
    size = channels * height * width
    M = _zeros(w, filters * rows * columns, size)
    places = M.as_strided(
        (filters, rows, columns, channels, tall, wide),
        (rows * columns * size, columns * size + width, size + 1, height * width, width, 1),
    )
    places.copy_(w[:, None, None])
    return M


def _zeros(like: Tensor, rows: int, columns: int) -> Tensor:
    """Make zeros; on a CPU numpy's, which are fresh pages that need no writing."""
    if like.device.type != "cpu":
        return like.new_zeros(rows, columns)
    return torch.from_numpy(np.zeros((rows, columns), like.detach().numpy().dtype))


def count_parameters(layers: Iterable[Mapping[str, Any]]) -> int:
    """Count the numbers that a network learns, from a description of its layers.

    A shared filter has its C k² weights once, one that is not has them at each of its places.
    """
    total, shape = 0, (0, 0, 0)
    for layer in layers:
        match layer["layer"]:
            case "input":
                shape = tuple(layer["shape"])
            case "pool":
                shape = shape[0], shape[1] // layer["size"], shape[2] // layer["size"]
            case "conv":
                channels, height, width = shape
                size, filters = layer["size"], layer["filters"]
                shape = filters, height - size + 1, width - size + 1
                each = channels * size**2 + layer.get("bias", True)
                places = 1 if layer.get("shared", True) else shape[1] * shape[2]
                total += filters * places * each
            case "linear":
                inputs = shape[0] * shape[1] * shape[2]
                total += layer["units"] * (inputs + layer.get("bias", True))
                shape = layer["units"], 1, 1
    return total


def pool2d(x: Tensor, k: int) -> Tensor:
    """Keep the largest value of each k by k window of `x (n, C, H, W)`: `(n, C, H//k, W//k)`."""
    n, channels, height, width = x.shape
    whole = x[:, :, : height // k * k, : width // k * k]
    return whole.reshape(n, channels, height // k, k, width // k, k).amax((3, 5))


def build_cnn(shape: Sequence[int], classes: int) -> nn.Sequential:
    """Make filters that are shared by all places, of which each keeps its largest value."""
    return nn.Sequential(
        nn.Conv2d(shape[0], FILTERS, SIZE),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(FILTERS, classes),
    )


def build_mlp(shape: Sequence[int], classes: int) -> nn.Sequential:
    """Make one hidden layer that sees every pixel by a weight of its own."""
    channels, height, width = shape
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(channels * height * width, UNITS),
        nn.ReLU(),
        nn.Linear(UNITS, classes),
    )


def train(model: nn.Module, x: Tensor, y: Tensor, seed: int = 0) -> nn.Module:
    """Train `model` in place with Adam on the cross-entropy; `x (n, C, H, W)`, `y (n,)`."""
    for _ in passes(model, x, y, seed):
        pass
    return model


def passes(model: nn.Module, x: Tensor, y: Tensor, seed: int) -> Iterator[None]:
    """Train for one epoch after another, each in an order of its own; yield after each."""
    model.to(x.device).train()
    rng = torch.Generator().manual_seed(seed)
    adam = torch.optim.Adam(model.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(x), generator=rng).to(x.device).split(BATCH):
            adam.zero_grad()
            nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            adam.step()
        yield


def predict(model: nn.Module, x: Tensor) -> Tensor:
    """Answer each image of `x (n, C, H, W)` by the number of a class, `(n,)`."""
    training = model.training
    model.eval()
    with torch.no_grad():
        answers: Tensor = model(x).argmax(1)
    model.train(training)
    return answers


def compare(curves: Mapping[str, Any]) -> str:
    """Name the cause of a gap between the two networks by their last errors."""
    target = curves["target"]
    large = {
        (name, part): curves[name][part][-1] > target
        for name in ("mlp", "cnn")
        for part in ("train", "test")
    }
    if large["mlp", "train"] or large["cnn", "train"]:
        if not large["cnn", "train"]:
            return "optimization issue"
        return "model bias" if large["mlp", "train"] else "place matters"
    if large["mlp", "test"] and large["cnn", "test"]:
        return "mismatch"
    return "overfitting" if large["mlp", "test"] or large["cnn", "test"] else "fine"
