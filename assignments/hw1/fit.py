"""The one long training of a grade: by the note's recipe, asked about rows nobody has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from .model_client import Bench
from .public.course import load_course
from .public.survey import YESTERDAY, Survey

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

ROWS, NEW_ROWS = 2_700, 4_000
HELD_OUT = 700


@dataclass(frozen=True)
class Task:
    """Rows to train on, new rows to predict, and what only the grader knows of the new rows."""

    X: Tensor
    y: Tensor
    X_new: Tensor
    truth: Tensor
    """What to compare predictions with: E[y | X] where it is known, else y."""
    floor: float
    """The loss that is left when predictions equal `truth`."""
    best: float
    """The smallest loss that can be hoped for."""

    def loss(self, predictions: Tensor) -> float:
        """Mean squared error on new rows; where E[y | X] is known, without their noise's luck."""
        return float((predictions - self.truth).square().mean()) + self.floor

    def share_left(self, predictions: Tensor) -> float:
        """How much of the way from yesterday's rate, 1, to the best loss, 0, is left to go."""
        yesterday = self.loss(self.X_new[:, YESTERDAY])
        return (self.loss(predictions) - self.best) / (yesterday - self.best)


@dataclass(frozen=True)
class Fit:
    """What the model answers: on its own rows after the recipe, on new rows after polishing."""

    task: Task
    early: Tensor
    """Another model's answers on the same rows, after a single epoch."""
    own: Tensor
    new: Tensor

    def training_loss(self, predictions: Tensor) -> float:
        """Mean squared error on the rows to train on."""
        return float((predictions - self.task.y).square().mean())

    def explain(self) -> str:
        """Say so where the recipe learned nearly one number for all rows; else nothing.

        In 8 seeds, outputs (m, 1) against targets (m,) left 0.97 to 0.99 of the targets' variance
        with predictions that had 0.0009 to 0.0017 of it; a model that has one number has none.
        """
        spread = float(self.task.y.var(correction=0))
        loss, own = self.training_loss(self.own) / spread, self.own.var(correction=0) / spread
        if not (0.93 < loss < 1.05 and 1e-4 < own < 1e-2):
            return ""
        return (
            f": near the targets' variance, {spread:.3g}, for all rows get nearly one number. "
            "Do outputs (m, 1) meet targets (m,) in the loss?"
        )


def survey_task(seed: int) -> Task:
    """Draw a world nobody has seen, signs of its effects included: the generator is no help."""
    rng = np.random.default_rng([seed, 5])
    beta, curve = rng.choice([-1.0, 1.0], 2) * (Survey.beta, Survey.curve)
    world = Survey(world=seed, beta=float(beta), curve=float(curve))
    rows, new = world.draw(ROWS, seed), world.draw(NEW_ROWS, seed + 1)
    facts = world.facts()
    tensors = (torch.from_numpy(part) for part in (rows.X, rows.y, new.X, new.expected))
    return Task(*tensors, floor=world.noise, best=facts.bayes)


def course_task(path: Path, seed: int) -> Task:
    """Split the course's labelled rows; the best to be hoped for is what least squares reaches."""
    X, y = load_course(path)
    order = np.random.default_rng(seed).permutation(len(y))
    new, old = order[:HELD_OUT], order[HELD_OUT:]
    weights = np.linalg.lstsq(X[old], y[old], rcond=None)[0]
    best = float(np.mean((X[new] @ weights - y[new]) ** 2))
    tensors = (torch.from_numpy(part) for part in (X[old], y[old], X[new], y[new]))
    return Task(*tensors, floor=0.0, best=best)


def fit(submission: Any, seed: int, epochs: int, polish: int, data: Path | None) -> Fit:
    """Train by the recipe and predict; train on for a little at smaller rates and predict new rows.

    On raw inputs one step of Adam at 1e-3 can shift all predictions by one: luck, polished away.
    """
    bench, task = Bench(submission), course_task(data, seed) if data else survey_task(seed)

    def trained(epochs: int) -> object:
        model = bench.build(task.X.shape[1])
        return bench.train(model, task.X, task.y, epochs=epochs, batch_size=128, lr=1e-3)

    early = bench.predict(trained(1), task.X)
    model = trained(epochs)
    own = bench.predict(model, task.X)
    for lr in (1e-4, 1e-5):
        model = bench.train(model, task.X, task.y, epochs=polish, lr=lr)
    return Fit(task, early, own, bench.predict(model, task.X_new))


@pytest.fixture(scope="session")
def terms(seed_for, parameters, data_path):
    """Give what the long fit is done with: both modules share `fit(submission, *terms)`."""
    return seed_for("the long fit"), parameters["epochs"], parameters["polish"], data_path
