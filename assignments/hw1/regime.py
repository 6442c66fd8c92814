"""A regime in which plain training is sure to overfit: few rows, much noise.

The kit trains the note's network on it by the plain recipe, as the measure of any remedy.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn

from .public.survey import FEATURES, Survey

if TYPE_CHECKING:
    from collections.abc import Iterator

NOISE: Final = 25.0
"""Variance of the noise in the regime where plain training is sure to overfit."""
REGIMES: Final = 2
"""How many such regimes a remedy is measured in: the mean leaves less to luck."""


@dataclass(frozen=True, eq=False)
class Regime:
    """Few and noisy rows, in the standard units of the training rows; float64."""

    X: Tensor
    y: Tensor
    X_val: Tensor
    y_val: Tensor
    X_new: Tensor
    expected: Tensor

    def excess(self, predictions: Tensor) -> float:
        """How far predictions for the new rows are above the noise, in mean squared error."""
        return float((predictions - self.expected).square().mean())


@dataclass(frozen=True)
class PlainFit:
    """What the plain recipe makes of a regime: it memorises."""

    training_loss: float
    validation_loss: float
    excess: float


@lru_cache(maxsize=REGIMES)
def noisy_regime(seed: int) -> Regime:
    """Draw 300 rows to train on and 100 to validate on, with noise of variance 25."""
    world = Survey(world=seed, noise=NOISE)
    parts = [world.draw(rows, seed + k) for k, rows in enumerate((300, 100, 4000), start=1)]
    mean, spread = parts[0].X.mean(0), parts[0].X.std(0)
    X, X_val, X_new = (torch.from_numpy((part.X - mean) / spread) for part in parts)
    y, y_val = (torch.from_numpy(part.y) for part in parts[:2])
    return Regime(X, y, X_val, y_val, X_new, torch.from_numpy(parts[2].expected))


@lru_cache(maxsize=REGIMES)
def plain_fit(regime: Regime, seed: int) -> PlainFit:
    """Train the note's network on a regime for 500 epochs, with nothing against overfitting."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed % 2**63)
        model = deep((64, 32), nn.ReLU)
    X, y, X_val, X_new = (part.float() for part in (regime.X, regime.y, regime.X_val, regime.X_new))
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    descend(model, adam, X, y, epochs=500, seed=seed)
    with torch.no_grad():
        own, held, new = (model(part).squeeze(1).double() for part in (X, X_val, X_new))
    return PlainFit(mse(own, regime.y), mse(held, regime.y_val), regime.excess(new))


def deep(widths: tuple[int, ...], activation: type[nn.Module]) -> nn.Sequential:
    """Make a network on the survey's features with these hidden widths."""
    layers: list[nn.Module] = []
    before = FEATURES
    for width in widths:
        layers += [nn.Linear(before, width), activation()]
        before = width
    return nn.Sequential(*layers, nn.Linear(before, 1))


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: such small products are not worth sharing."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def descend(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    X: Tensor,
    y: Tensor,
    *,
    epochs: int,
    seed: int,
) -> None:
    """Minimise the mean squared error in batches of 128, in a new order each epoch."""
    rng = torch.Generator().manual_seed(seed % 2**63)
    with one_thread():
        for _ in range(epochs):
            for batch in torch.randperm(len(X), generator=rng).split(128):
                optimizer.zero_grad()
                nn.functional.mse_loss(model(X[batch]), y[batch, None]).backward()
                optimizer.step()


def mse(predictions: Tensor, y: Tensor) -> float:
    """Mean squared error."""
    return float((predictions - y).square().mean())
