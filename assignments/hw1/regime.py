"""A regime in which plain training is sure to overfit: few rows, much noise.

The kit trains the note's network on it by the plain recipe, as the measure of any remedy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import torch
from torch import Tensor, nn

from .models import mse
from .public.survey import FEATURES, Survey

NOISE: Final = 25.0
"""Variance of the noise in the regime where plain training is sure to overfit."""
REGIMES: Final = 2
"""How many such regimes a remedy is measured in: the mean leaves less to luck."""


@dataclass(frozen=True, eq=False)
class Regime:
    """Few and noisy rows, in the standard units of the training rows, and E[y | X] of new ones."""

    X: Tensor
    y: Tensor
    X_val: Tensor
    y_val: Tensor
    X_new: Tensor
    expected: Tensor


@lru_cache(maxsize=REGIMES)
def noisy_regime(seed: int) -> Regime:
    """Draw 300 rows to train on and 100 to validate on, with noise of variance 25."""
    world = Survey(world=seed, noise=NOISE)
    few, held, new = (world.draw(rows, seed + k) for k, rows in ((1, 300), (2, 100), (3, 4000)))
    mean, spread = few.X.mean(0), few.X.std(0)
    X, X_val, X_new = ((part.X - mean) / spread for part in (few, held, new))
    parts = X, few.y, X_val, held.y, X_new, new.expected
    return Regime(*(torch.from_numpy(part).float() for part in parts))


@lru_cache(maxsize=REGIMES)
def plain_fit(regime: Regime, seed: int) -> tuple[float, float, float]:
    """Train the note's network for 500 epochs with nothing against overfitting: it memorises.

    Returns its losses on the training and the validation rows, and its excess over the noise on
    the new ones.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed % 2**63)
        model = network(FEATURES)
        orders = (torch.randperm(len(regime.X)) for _ in range(500))
        batches = (rows for order in orders for rows in order.split(128))
        descend(model, regime.X, regime.y, batches, fused=True)
    with torch.no_grad():
        own, held, new = map(model, (regime.X, regime.X_val, regime.X_new))
    return mse(own, regime.y), mse(held, regime.y_val), mse(new, regime.expected)


def network(inputs: int) -> nn.Sequential:
    """Make the note's network, which answers rows `(m, inputs)` with `(m,)`."""
    hidden = nn.Linear(inputs, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU()
    return nn.Sequential(*hidden, nn.Linear(32, 1), nn.Flatten(0))


def descend(
    model: nn.Module, X: Tensor, y: Tensor, batches: Iterable[Any], *, fused: bool = False
) -> None:
    """Make a step of Adam on the mean squared error of each batch of rows."""
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=fused)
    for rows in batches:
        adam.zero_grad()
        nn.functional.mse_loss(model(X[rows]), y[rows]).backward()
        adam.step()
