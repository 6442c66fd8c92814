"""Many of hw1's networks trained at once, a batched product a layer, its gradient written out.

The mathematics is that of `torch.nn.Linear` layers under `torch.optim.Adam`, member by member; only
the order of the additions differs. A test holds one member against an ordinary module.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

WIDTHS = (64, 32, 1)


class Ensemble:
    """`members` networks of the note, initialised as `torch.nn.Linear` is."""

    def __init__(self, members: int, features: int, rng: torch.Generator) -> None:
        shapes = [
            s for a, b in zip((features, *WIDTHS), WIDTHS, strict=False) for s in ((a, b), (1, b))
        ]
        sizes = [members * math.prod(shape) for shape in shapes]
        self.flat = torch.empty(sum(sizes))
        self.slope = torch.zeros_like(self.flat)
        self.parameters = _views(self.flat, sizes, shapes, members)
        self.gradients = _views(self.slope, sizes, shapes, members)
        fan_in = features
        for layer, width in enumerate(WIDTHS):
            bound = 1 / math.sqrt(fan_in)
            for parameter in self.parameters[2 * layer : 2 * layer + 2]:
                parameter.uniform_(-bound, bound, generator=rng)
            fan_in = width

    def predict(self, X: Tensor) -> Tensor:
        """Predictions `(members, n)` on rows `X (members, n, features)`."""
        return self._forward(X)[-1].squeeze(-1)

    def loss(self, X: Tensor, y: Tensor) -> Tensor:
        """Mean squared errors, one a member."""
        return (self.predict(X) - y).square().mean(1)

    def train(
        self,
        X: Tensor,
        y: Tensor,
        *,
        epochs: int,
        lr: float,
        rng: torch.Generator,
        batch_size: int = 128,
    ) -> None:
        """Train each member on its own rows; all see theirs in the same shuffled order."""
        owner = torch.nn.Parameter(self.flat)
        owner.grad = self.slope
        adam = torch.optim.Adam([owner], lr=lr, fused=True)
        for _ in range(epochs):
            order = torch.randperm(X.shape[1], generator=rng)
            for rows, targets in zip(
                X[:, order].split(batch_size, 1), y[:, order].split(batch_size, 1), strict=True
            ):
                self._backward(rows, targets)
                adam.step()

    def _forward(self, X: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        w1, b1, w2, b2, w3, b3 = self.parameters
        first = torch.baddbmm(b1, X, w1).relu_()
        second = torch.baddbmm(b2, first, w2).relu_()
        return first, second, torch.baddbmm(b3, second, w3)

    def _backward(self, X: Tensor, y: Tensor) -> None:
        """Write the gradient of each member's mean squared error."""
        _, _, w2, _, w3, _ = self.parameters
        first, second, output = self._forward(X)
        delta = (output - y.unsqueeze(-1)) * (2 / X.shape[1])
        _layer_gradient(second, delta, self.gradients[4:6])
        delta = torch.bmm(delta, w3.mT).mul_(second > 0)
        _layer_gradient(first, delta, self.gradients[2:4])
        delta = torch.bmm(delta, w2.mT).mul_(first > 0)
        _layer_gradient(X, delta, self.gradients[0:2])


def _layer_gradient(inputs: Tensor, delta: Tensor, gradients: Sequence[Tensor]) -> None:
    torch.bmm(inputs.mT, delta, out=gradients[0])
    gradients[1].copy_(delta.sum(1, keepdim=True))


def _views(
    flat: Tensor, sizes: Sequence[int], shapes: Sequence[tuple[int, int]], members: int
) -> list[Tensor]:
    pieces = flat.split(list(sizes))
    return [piece.view(members, *shape) for piece, shape in zip(pieces, shapes, strict=True)]
