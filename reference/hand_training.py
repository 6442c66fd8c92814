"""Adam on the mean squared error of a small rectifier network, written out in numpy.

The same steps as `torch.optim.Adam` makes on the same batches, to rounding: a network of a few
thousand weights is trained two to three times as fast without a graph, an optimizer's bookkeeping
and a new array for each product.  All weights lie in one flat array, and so do gradient and
moments, so that a step of Adam is a dozen operations whatever the number of layers.
(Kingma and Ba 2015, algorithm 1, in the order of operations of section 2.)
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Array = npt.NDArray[np.float32]

FIRST, SECOND, TINY = 0.9, 0.999, 1e-8


def can_train(model: nn.Module) -> bool:
    """Whether a model is linear layers with rectifiers between them, float32 and on the CPU."""
    if not isinstance(model, nn.Sequential):
        return False
    kinds = [type(layer) for layer in model]
    linear = [layer for layer in model if type(layer) is nn.Linear]
    if kinds != [nn.Linear, *[nn.ReLU, nn.Linear] * (len(linear) - 1)]:
        return False
    known = (layer.weight for layer in linear)
    plain = all(w.dtype == torch.float32 and w.device.type == "cpu" for w in known)
    return plain and all(layer.bias is not None for layer in linear)


class HandTraining:
    """One training of a model for which `can_train` holds; `step` for each batch, then `finish`."""

    def __init__(self, model: nn.Module, lr: float) -> None:
        self.model, self.lr, self.steps = model, lr, 0
        parts = [p.detach().numpy() for p in model.parameters()]
        self.flat = np.concatenate([part.reshape(-1) for part in parts])
        self.gradient, self.first, self.second, self.work = np.zeros((4, len(self.flat)), "f4")
        self.weights, self.slopes = (_views(a, parts) for a in (self.flat, self.gradient))
        self.buffers: dict[int, tuple[list[Array], list[Array]]] = {}

    def step(self, X: Array, y: Array) -> None:
        """Make one step of Adam on the rows `X (m, d)` with targets `y (m, 1)`."""
        inputs, deltas = self._buffers(len(X))
        inputs[0] = X
        last = len(self.weights) - 1
        for layer, (W, b) in enumerate(self.weights):
            z = deltas[layer]
            np.matmul(inputs[layer], W.T, out=z)
            z += b
            if layer < last:
                np.maximum(z, 0, out=inputs[layer + 1])
        delta = deltas[last]
        delta -= y
        delta *= np.float32(2 / len(X))
        for layer in range(last, -1, -1):
            slope, bias = self.slopes[layer]
            np.matmul(delta.T, inputs[layer], out=slope)
            delta.sum(0, out=bias)
            if layer:
                np.matmul(delta, self.weights[layer][0], out=deltas[layer - 1])
                delta = deltas[layer - 1]
                delta *= inputs[layer] > 0
        self._adam()

    def finish(self) -> None:
        """Put the trained weights into the model."""
        with torch.no_grad():
            parts = (part for pair in self.weights for part in pair)
            for parameter, part in zip(self.model.parameters(), parts, strict=True):
                parameter.copy_(torch.from_numpy(part))

    def _adam(self) -> None:
        g, m, v, work = self.gradient, self.first, self.second, self.work
        self.steps += 1
        root = (1 - SECOND**self.steps) ** 0.5
        np.subtract(g, m, out=work)
        work *= np.float32(1 - FIRST)
        m += work
        np.multiply(g, g, out=work)
        work -= v
        work *= np.float32(1 - SECOND)
        v += work
        np.sqrt(v, out=work)
        work += np.float32(TINY * root)
        np.divide(m, work, out=work)
        work *= np.float32(self.lr * root / (1 - FIRST**self.steps))
        self.flat -= work

    def _buffers(self, rows: int) -> tuple[list[Array], list[Array]]:
        """Arrays for each layer's inputs and for what is before its rectifier, by batch size."""
        if rows not in self.buffers:
            outputs = [np.empty((rows, len(b)), "f4") for _, b in self.weights]
            self.buffers[rows] = ([np.empty(0, "f4"), *map(np.empty_like, outputs[:-1])], outputs)
        return self.buffers[rows]


def train_by_hand(
    model: nn.Module, X: Array, y: Array, batches: Iterable[Tensor | slice], lr: float
) -> None:
    """Train on the rows `X (m, d)`, `y (m,)`, one step for each batch of row numbers."""
    training, targets = HandTraining(model, lr), y[:, None]
    for batch in batches:
        rows = batch if isinstance(batch, slice) else batch.numpy()
        training.step(X[rows], targets[rows])
    training.finish()


def _views(flat: Array, parts: list[Array]) -> list[tuple[Array, Array]]:
    """Cut a flat array into a weight matrix (out, in) and a bias (out,) for each layer."""
    ends = np.cumsum([0, *(part.size for part in parts)])
    pieces = zip(pairwise(ends), parts, strict=True)
    cut = [flat[start:end].reshape(part.shape) for (start, end), part in pieces]
    return list(zip(cut[::2], cut[1::2], strict=True))
