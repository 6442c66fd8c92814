"""What the checks do with a model that they never see: draw rows for it, train it, ask it."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from grader import as_tensor

Ask = Callable[[Tensor], Tensor]


def normal(rows: int, columns: int, seed: int) -> Tensor:
    """Draw standard normal rows `(rows, columns)`, float32, from a seed of any size."""
    rng = torch.Generator().manual_seed(seed % 2**63)
    return torch.randn(rows, columns, generator=rng)


def predict(submission: Any, model: object, X: Tensor) -> Tensor:
    """Predictions `(m,)` on rows `X (m, d)`, as float64; any other shape fails the check."""
    return as_tensor(submission.predict(model, X), (len(X),))


def fit_predict(submission: Any, X: Tensor, y: Tensor, X_new: Tensor, **settings: Any) -> Tensor:
    """Build, train on `X` and `y`, and predict for `X_new`."""
    model = submission.train(submission.build(X.shape[1]), X, y, **settings)
    return predict(submission, model, X_new)


def nudge(
    submission: Any, model: object, row: Tensor, errors: Sequence[float], **settings: Any
) -> tuple[object, float]:
    """Train on equal rows whose targets are so far above the prediction for `row (1, d)`.

    Returns the trained model, and how far its prediction has moved. It is asked for the row twice:
    what `predict` makes of a lone one is no fault of `train`.
    """
    twice = row.repeat(2, 1)
    before = float(predict(submission, model, twice)[0])
    X, y = row.repeat(len(errors), 1), before + torch.tensor(errors)
    model = submission.train(model, X, y, **settings)
    return model, float(predict(submission, model, twice)[0]) - before


def mse(predictions: Any, y: Any) -> float:
    """Mean squared error of arrays or tensors."""
    return float(((predictions - y) ** 2).mean())


def same(got: Tensor, expected: Tensor) -> bool:
    """Tell whether predictions agree up to float32's rounding in another order of addition."""
    slack = 1e-5 * (1 + float(expected.abs().max()))
    return bool(got.isfinite().all()) and torch.allclose(got, expected, rtol=1e-4, atol=slack)


def explain_order(ask: Ask, X: Tensor) -> str:
    """Look whether equal rows are answered by their place, the same each time."""
    equal = X[:1].expand(len(X), -1)
    answers = ask(equal)
    by_place = not same(answers, answers[:1].expand(len(X))) and same(ask(equal), answers)
    return ": even equal rows do, so a row's number is an input" if by_place else ""


def explain_neighbours(ask: Ask, X: Tensor) -> str:
    """Look whether all rows may be stretched and shifted together without any effect."""
    scaled = same(ask(5 * X + 3), ask(X))
    return ": rows are scaled by their own mean and spread" if scaled else ""
