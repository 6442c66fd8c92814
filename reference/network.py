"""A multilayer perceptron with its data, cut out of a flat vector of parameters.

The layout of the vector: for each layer its weight (out, in) row by row, then its bias (out,).
The loss is the mean squared error over all N * K outputs, or, where `y` holds class
numbers, the mean cross-entropy over N samples.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from reference.activations import ACTIVATIONS, Array

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Layer:
    """Where one layer's parameters lie in the flat vector."""

    offset: int
    outputs: int
    inputs: int

    @property
    def bias(self) -> int:
        """Index of the first bias."""
        return self.offset + self.outputs * self.inputs

    @property
    def end(self) -> int:
        """Index after the last bias."""
        return self.bias + self.outputs


@dataclass(frozen=True, slots=True)
class Network:
    """Weights (out, in), biases (out,), activation by name, inputs X (N, d) and targets y."""

    layers: tuple[Layer, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    activation: str
    X: Array
    y: Array
    samples: int

    @property
    def size(self) -> int:
        """Count of parameters."""
        return self.layers[-1].end

    @property
    def outputs(self) -> int:
        """Count of outputs K."""
        return self.layers[-1].outputs

    @property
    def classifies(self) -> bool:
        """Whether the targets are class numbers, so that the loss is cross-entropy."""
        return bool(self.y.ndim == 1)

    @property
    def scale(self) -> float:
        """Factor of the sums over samples: 2 / (N K), or 1 / N for cross-entropy."""
        return 1.0 / self.samples if self.classifies else 2.0 / (self.samples * self.outputs)

    def rows(self, start: int, stop: int) -> Network:
        """Return the same network on a part of its samples, with the scale of the whole."""
        if start == 0 and stop >= len(self.X):
            return self
        return replace(self, X=self.X[start:stop], y=self.y[start:stop])


def layers(widths: Sequence[int]) -> tuple[Layer, ...]:
    """Lay out the layers of a network with these widths, inputs and outputs included."""
    found: list[Layer] = []
    offset = 0
    for inputs, outputs in pairwise(widths):
        found.append(Layer(offset, int(outputs), int(inputs)))
        offset = found[-1].end
    return tuple(found)


def build(theta: Array, widths: Sequence[int], activation: str, X: Array, y: Array) -> Network:
    """Cut `theta` (n,) into a network; all arrays of one library and device, float64.

    `y` is (N, K), or (N,) with integers for cross-entropy.
    Raises ValueError where the parts do not fit.
    """
    parts = layers(widths)
    if not parts or theta.shape != (parts[-1].end,):
        raise ValueError(f"theta has shape {tuple(theta.shape)}, which widths {widths} do not fit")
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r} is none of {', '.join(ACTIVATIONS)}")
    N, K = len(X), parts[-1].outputs
    if N == 0 or X.shape != (N, parts[0].inputs) or tuple(y.shape) not in {(N, K), (N,)}:
        raise ValueError(f"X {tuple(X.shape)} and y {tuple(y.shape)} do not fit widths {widths}")
    weights = tuple(theta[p.offset : p.bias].reshape(p.outputs, p.inputs) for p in parts)
    biases = tuple(theta[p.bias : p.end] for p in parts)
    return Network(parts, weights, biases, activation, X, y, N)
