"""What the two networks compute, from nothing but the numbers that they hold.

So networks are judged: their numbers are told apart by their shapes and put into these formulas.

    from forms import cnn, read
    cnn(read(model.state_dict()), x)  # (n, classes), as model(x) gives
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

UNITS = 64
BUDGET = 300
"""The most numbers that a convolutional network may hold, for each channel of an image."""


def read(state: Mapping[str, Any]) -> list[Tensor]:
    """Return what a network holds, in float64."""
    return [torch.as_tensor(part).detach().cpu().double() for part in state.values()]


def cnn(weights: list[Tensor], x: Tensor) -> Tensor:
    """Filters, ReLU, each filter's largest value over all places, a linear layer: `(n, classes)`.

    `x (n, C, H, W)`; filters (F, C, k, l) and (F,), last layer (classes, F) and (classes,).
    """
    filters, last = one_of(weights, 4, "filters"), one_of(weights, 2, "linear layer's weights")
    first_bias, last_bias = biases(weights, len(filters), len(last))
    assert last.shape[1] == len(filters), (
        f"expected a linear layer of one weight for each of {len(filters)} filters, "
        f"got {last.shape[1]} weights"
    )
    maps = torch.nn.functional.conv2d(x.cpu().double(), filters, first_bias)
    return maps.relu().amax((2, 3)) @ last.T + last_bias


def mlp(weights: list[Tensor], x: Tensor) -> Tensor:
    """Return what flattening, 64 units with ReLU and a linear layer give: `(n, classes)`."""
    matrices = [part for part in weights if part.ndim == 2]
    assert len(matrices) == 2, f"expected 2 linear layers, got {len(matrices)}"
    first, last = sorted(matrices, key=lambda part: part.shape[0] != UNITS)
    first_bias, last_bias = biases(weights, UNITS, len(last))
    return (x.cpu().double().flatten(1) @ first.T + first_bias).relu() @ last.T + last_bias


def one_of(weights: list[Tensor], dimensions: int, name: str) -> Tensor:
    """Return the one part that has so many dimensions."""
    found = [part for part in weights if part.ndim == dimensions]
    shapes = [tuple(part.shape) for part in weights]
    told = f"expected one array of {dimensions} dimensions, the {name}, in {shapes}"
    assert len(found) == 1, told
    return found[0]


def biases(weights: list[Tensor], first: int, last: int) -> tuple[Tensor, Tensor]:
    """Return the two biases, told apart by their lengths or else by their order."""
    found = [part for part in weights if part.ndim == 1]
    sizes = [len(part) for part in found]
    told = f"expected biases of {first} and {last} numbers, got {sizes}"
    assert sorted(sizes) == sorted([first, last]), told
    return (found[0], found[1]) if sizes[0] == first else (found[1], found[0])
