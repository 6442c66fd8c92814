"""What `train` is raced on: a short training whose end only the steps themselves lead to.

Each timed call has rows, targets and initial weights of its own, so that nothing that was trained
before is of use. All rows are one batch, so that whatever order they are taken in, every training
by the recipe ends at the same predictions: to 2e-3 of their spread at most in 60 draws (a float32
rounding that falls on the other side of a rectifier's bend), where one step less was at least
5e-2 off, and 57 larger steps in place of 60 at least 4e-2.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from grader import Workload, as_tensor

WIDTHS = (32, 64, 32, 1)
ROWS, NEW_ROWS = 128, 200
EPOCHS, RATE = 60, 1e-3
NEAR = 0.02  # of the spread of the predictions
LEARNT = 0.7  # of the variance of the targets is left at most; in the worst of 1,000 draws 0.57


def trainings() -> Workload:
    """Draw rows and weights, build a model that has them, train it, and have it predict."""
    return Workload(draw, check, before=build, after=predict)


def draw(rng: np.random.Generator) -> tuple[list[Tensor], Tensor, Tensor, Tensor]:
    """Draw initial weights as torch would, rows with bent targets, and rows to predict for."""
    weights = []
    for fan_in, fan_out in pairwise(WIDTHS):
        reach = fan_in**-0.5
        weights += [rng.uniform(-reach, reach, s) for s in ((fan_out, fan_in), (fan_out,))]
    X, X_new = (rng.standard_normal((n, WIDTHS[0])) for n in (ROWS, NEW_ROWS))
    along, noise = (rng.standard_normal(n) for n in (WIDTHS[0], ROWS))
    y = 2 * np.abs(X @ along) / WIDTHS[0] ** 0.5 - 1.5 + noise / 2
    *weights, X, y, X_new = (torch.from_numpy(part).float() for part in (*weights, X, y, X_new))
    return weights, X, y, X_new


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
    got, wanted = (as_tensor(one, (NEW_ROWS + ROWS,)) for one in (answer, expected))
    left = float((wanted[NEW_ROWS:] - y).square().mean() / y.var())
    assert left < LEARNT, f"{left:.2f} of the variance of the targets is left after the training"
    off = float((got - wanted).abs().max() / wanted.std())
    assert off < NEAR, (
        f"after {EPOCHS} epochs of one batch at a learning rate of {RATE:g} a prediction is off by "
        f"{off:.2g} of their spread, expected at most {NEAR:g}: were other steps than Adam's made?"
    )
