"""What `train` is raced on: a short training whose end only the steps themselves lead to.

Each timed call has rows, targets and initial weights of its own, so that nothing that was trained
before is of use. All rows are one batch, so that whatever order they are taken in, every training
by the recipe ends at the same predictions: to 1e-6 of their spread in 98 of 100 draws. One step
less was at least 4.6e-2 off in 3,000 draws, and 57 larger steps in place of 60 at least 2.8e-2.

In the other 2 a rounding falls on the other side of a rectifier's bend, Adam's steps make it a
large one, and right trainings differ by up to 4e-2. So an answer that is off is held against what
roundings do to this question: weights that differ by a few units in the last place, trained here.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from grader import Workload, as_tensor

from .regime import descend, network

WIDTHS = (32, 64, 32, 1)
ROWS, NEW_ROWS = 128, 200
EPOCHS, RATE = 60, 1e-3
NEAR = 0.02  # of the spread of the predictions
JITTER, TRIALS = 1e-6, 8  # of a weight, some ten units of its last place; found all of 39 in 3,000
LEARNT = 0.7  # of the variance of the targets is left at most; in the worst of 1,000 draws 0.57


def trainings() -> Workload:
    """Draw rows and weights, build a model that has them, train it, and have it predict."""
    return Workload(draw, check, before=build, after=predict)


def draw(rng: np.random.Generator) -> tuple[list[Tensor], Tensor, Tensor, Tensor]:
    """Draw initial weights as torch would, rows with bent targets, and rows to predict for."""
    weights = []
    for fan_in, fan_out in pairwise(WIDTHS):
        reach = fan_in**-0.5
        shapes = (fan_out, fan_in), (fan_out,)
        weights += [torch.from_numpy(rng.uniform(-reach, reach, s)).float() for s in shapes]
    X = torch.from_numpy(rng.standard_normal((ROWS, WIDTHS[0]))).float()
    X_new = torch.from_numpy(rng.standard_normal((NEW_ROWS, WIDTHS[0]))).float()
    along = torch.from_numpy(rng.standard_normal(WIDTHS[0])).float() / WIDTHS[0] ** 0.5
    noise = torch.from_numpy(rng.standard_normal(ROWS)).float()
    return weights, X, 2 * (X @ along).abs() - 1.5 + noise / 2, X_new


def build(ask: Any, arguments: Sequence[Any]) -> list[object]:
    """Build the model in the worker that will train it, and give it the drawn weights."""
    weights, X, y, _ = arguments
    model = ask("build", WIDTHS[0])
    ask.fill(model, weights)
    return [model, X, y, EPOCHS, ROWS, RATE, 0]


def predict(ask: Any, arguments: Sequence[Any], model: object) -> object:
    """Have the trained model predict, for new rows and for its own."""
    _, X, _, X_new = arguments
    return ask("predict", model, torch.cat([X_new, X]))


def check(arguments: Sequence[Any], answer: object, expected: object) -> None:
    """Hold the predictions to those of the reference, trained from the same weights."""
    y = arguments[2]
    got, wanted = (as_tensor(one, (NEW_ROWS + ROWS,)).double() for one in (answer, expected))
    left = float((wanted[NEW_ROWS:] - y).square().mean() / y.var())
    assert left < LEARNT, f"{left:.2f} of the variance of the targets is left after the training"
    off = float((got - wanted).abs().max() / wanted.std())
    assert off < NEAR or any(off < 2 * moved for moved in shifts(arguments)), (
        f"after {EPOCHS} epochs of one batch at a learning rate of {RATE:g} a prediction is off by "
        f"{off:.2g} of their spread, expected at most {NEAR:g}: were other steps than Adam's made?"
    )


def shifts(arguments: Sequence[Any]) -> Iterator[float]:
    """How far the predictions move, in their spread, each time the drawn weights are rounded."""
    generator = torch.Generator().manual_seed(0)
    exact, weights = _train(*arguments), arguments[0]
    for _ in range(TRIALS):
        near = [w * (1 + JITTER * torch.randn(w.shape, generator=generator)) for w in weights]
        moved = _train(near, *arguments[1:])
        yield float((moved - exact).abs().max() / exact.std())


def _train(weights: Sequence[Tensor], X: Tensor, y: Tensor, X_new: Tensor) -> Tensor:
    """Train by the recipe from these weights, and predict."""
    model = network(WIDTHS[0])
    with torch.no_grad():
        for part, weight in zip(model.parameters(), weights, strict=True):
            part.copy_(weight)
    descend(model, X, y, [slice(None)] * EPOCHS)
    return model(torch.cat([X_new, X])).detach().double()
