"""Small networks for the tests, written plainly in torch, and points made critical by hand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional

TORCH = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "softplus": functional.softplus,
    "identity": lambda z: z,
}


@dataclass(frozen=True, eq=False)
class PlainNetwork:
    """A loss that shows its parts; cross-entropy where y holds class numbers."""

    widths: tuple[int, ...]
    activation: str
    X: Tensor
    y: Tensor

    def __call__(self, theta: Tensor) -> Tensor:
        """Return the loss at theta (n,)."""
        a, start = self.X.to(theta), 0
        for index, (fan_in, fan_out) in enumerate(pairwise(self.widths)):
            middle = start + fan_in * fan_out
            W, b = theta[start:middle].view(fan_out, fan_in), theta[middle : middle + fan_out]
            start = middle + fan_out
            a = a @ W.T + b
            if index < len(self.widths) - 2:
                a = TORCH[self.activation](a)
        if self.y.ndim == 1:
            return functional.cross_entropy(a, self.y.to(theta.device))
        return (a - self.y.to(theta)).square().mean()


def network(
    widths: tuple[int, ...], activation: str = "tanh", samples: int = 7, *, classes=False, seed=0
) -> tuple[PlainNetwork, Tensor]:
    """Draw data and weights (n,)."""
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    X = draw(samples, widths[0])
    y = draw(samples, widths[-1])
    if classes:
        y = torch.randint(widths[-1], (samples,), generator=generator)
    theta = torch.cat([draw((a + 1) * b) / a**0.5 for a, b in pairwise(widths)])
    return PlainNetwork(widths, activation, X, y), theta


def stuck(widths: tuple[int, ...], samples: int, seed: int = 0) -> tuple[PlainNetwork, Tensor]:
    """Return a strict saddle: the last two layers are zero, the last bias is the mean of y.

    The last hidden layer then answers tanh(0) = 0 and gets no gradient; only the product of the
    two layers would reduce the loss.
    """
    loss, theta = network(widths, "tanh", samples, seed=seed)
    last = (widths[-2] + 1) * widths[-1] + (widths[-3] + 1) * widths[-2]
    theta[-last:] = 0.0
    theta[-widths[-1] :] = loss.y.mean(0)
    return loss, theta


def fitted(widths: tuple[int, ...], samples: int, seed: int = 0) -> tuple[PlainNetwork, Tensor]:
    """Return a perfect fit: the targets are the network's own answers."""
    loss, theta = network(widths, "tanh", samples, seed=seed)
    answers = PlainNetwork(widths, "tanh", loss.X, torch.zeros_like(loss.y))
    y = outputs(answers, theta)
    return PlainNetwork(widths, "tanh", loss.X, y), theta


def outputs(loss: PlainNetwork, theta: Tensor) -> Tensor:
    """Return the network's answers (N, K)."""
    a, start = loss.X, 0
    for index, (fan_in, fan_out) in enumerate(pairwise(loss.widths)):
        middle = start + fan_in * fan_out
        W, b = theta[start:middle].view(fan_out, fan_in), theta[middle : middle + fan_out]
        start = middle + fan_out
        a = a @ W.T + b
        if index < len(loss.widths) - 2:
            a = TORCH[loss.activation](a)
    return a
