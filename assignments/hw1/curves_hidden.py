"""Real losses with certain causes, trained by the kit itself in a second or two."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from .public.survey import Survey
from .regime import NOISE, deep, descend, mse

if TYPE_CHECKING:
    from .public.survey import Rows
    from .regime import PlainFit


@dataclass(frozen=True)
class Curve:
    """Final losses of one training, the cause they must be put down to, and how they came about."""

    cause: str
    story: str
    train: float
    validation: float
    test: float
    target: float
    shallower: tuple[float, ...] = ()


@lru_cache(maxsize=2)
def curves(seed: int, plain: PlainFit) -> tuple[Curve, ...]:
    """Train one curve for each of the five answers."""
    world, other, bent = Survey(world=seed), Survey(world=seed + 1), Survey(world=seed, curve=1.5)
    memorised = plain.training_loss, plain.validation_loss, NOISE + plain.excess
    return (
        _stuck(seed),
        Curve(
            "model bias",
            "a linear model of a curved world",
            *_least_squares(bent, bent, seed),
            target=2.5,
            shallower=(bent.facts().mean,),
        ),
        Curve("overfitting", "300 noisy rows, the note's network", *memorised, target=NOISE),
        Curve(
            "mismatch", "tested in other states", *_least_squares(world, other, seed), target=1.2
        ),
        Curve("fine", "a nearly linear world", *_least_squares(world, world, seed), target=1.2),
    )


def _stuck(seed: int) -> Curve:
    """Eight layers of sigmoids under plain gradient descent, and one such layer."""
    rows = Survey(world=seed).draw(600, seed)
    spread = rows.X.std(0)
    X = torch.from_numpy((rows.X - rows.X.mean(0)) / spread).float()
    y = torch.from_numpy(rows.y).float()
    losses = []
    for depth in (1, 8):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed % 2**63)
            model = deep((32,) * depth, nn.Sigmoid)
        descend(model, torch.optim.SGD(model.parameters(), lr=1e-2), X, y, epochs=40, seed=seed)
        with torch.no_grad():
            losses.append(mse(model(X).squeeze(1), y))
    shallow, stuck = losses
    return Curve(
        "optimization issue",
        "eight layers of sigmoids",
        stuck,
        stuck,
        stuck,
        target=30.0,
        shallower=(shallow,),
    )


def _least_squares(world: Survey, other: Survey, seed: int) -> tuple[float, float, float]:
    """Losses of least squares: on its own rows, new rows, and rows of the other world."""
    own, held, foreign = (
        world.draw(2_700, seed),
        world.draw(2_700, seed + 1),
        other.draw(2_700, seed + 2),
    )
    weights = np.linalg.lstsq(own.X, own.y, rcond=None)[0]

    def loss(rows: Rows) -> float:
        return float(np.mean((rows.X @ weights - rows.y) ** 2))

    return loss(own), loss(held), loss(foreign)
