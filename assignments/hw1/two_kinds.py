"""Two kinds of rows with skewed targets: what a loss prefers shows in how they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

MEANS: Final = (1.0, 9.5)
MEDIANS: Final = (0.0, 10.0)
ALL: Final = (5.25, 5.25)
"""The mean of all targets, for rows of either kind."""


def two_kinds() -> tuple[Tensor, Tensor]:
    """Rows `(128, 1)` of zeros and ones in turn, and targets with these means and medians."""
    X = torch.tensor([[0.0], [1.0]]).repeat(64, 1)
    y = torch.tensor(MEDIANS).repeat(64)
    y[:8] += torch.tensor([16.0, -8.0]).repeat(4)
    return X, y


def near(answers: Sequence[float], values: Sequence[float]) -> bool:
    """Tell whether both answers are within a quarter of these values."""
    return all(abs(a - v) < 0.25 for a, v in zip(answers, values, strict=True))


def one_of_each() -> tuple[Tensor, Tensor]:
    """One row of either kind, each with its mean for a target: `(2, 1)` and `(2,)`."""
    return torch.tensor([[0.0], [1.0]]), torch.tensor(MEANS)


def explain_answers(answers: Sequence[float], alone: Callable[[], Tensor]) -> str:
    """Name the mistake whose answers these are, if they are one's.

    `alone` fits one row of each kind, one a batch, where outputs (1, 1) meet targets (1,) rightly.
    """
    if near(answers, ALL):
        told = ": both with the mean of all targets"
        if not near(alone().tolist(), MEANS):
            return told
        return (
            f"{told}, and rightly with one row a batch. So it goes when outputs (m, 1) meet "
            "targets (m,) and every output is compared with every target; give both one shape"
        )
    if near(answers, MEDIANS):
        return ": with their medians, which the absolute error and its relatives prefer"
    return ""
