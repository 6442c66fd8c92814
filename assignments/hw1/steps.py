"""How far one step of training goes: an optimiser, its rate and its batches, seen from outside.

All rows of a training are equal, so every gradient has one direction and Adam makes equal steps.
A plan changes one thing about a step and says how many times as far the prediction must then move.
"""

from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from torch import Tensor

from .models import normal, nudge

LR: Final = 3e-6
"""So small that a step crosses hardly any bend, so large that float32 still sees it."""
INPUTS: Final = (5, 6, 7)
"""A network for each: with other inputs it has other weights, whatever seeds them."""
BATCH: Final = 4


@dataclass(frozen=True)
class Plan:
    """A training on `rows` equal rows with their target `error` above the prediction.

    With `goal` in place of `error` the target is that many steps away, and can be reached.
    """

    story: str
    expected: float
    error: float = 1.0
    goal: float | None = None
    slack: float = 0.08
    lr: float = LR
    epochs: int = 1
    rows: int = BATCH

    def complaint(self, move: float) -> str:
        """Say what is wrong with a move, in steps; nothing if it is as expected."""
        if abs(move - self.expected) <= self.slack * abs(self.expected):
            return ""
        said = f"{self.story} moves the model {move:.3g} times as far as one step"
        if self.goal is not None and move > 0.9 * self.epochs:
            return f"{said}, straight on: a gradient that was never cleared does that"
        if move == 0 and self.rows < BATCH:
            return f"{said}: the only batch, a short one, was dropped"
        said += f", expected about {self.expected:g}"
        if self.epochs > 1 and self.rows % BATCH and 0.8 < move / self.expected < 1:
            return f"{said}: the loss is the mean over a batch's rows, also of a short one, no sum"
        return said


ONE_STEP: Final = Plan("one step", 1)
STEPS: Final = (
    Plan("a target ten steps away, trained for twenty,", 11, goal=10, slack=0.4, epochs=20),
    Plan("an error 1000 times as large", 1, error=1000.0),
    Plan("a target below, not above,", -1, error=-1.0),
    Plan("twice the lr", 2, lr=2 * LR),
    Plan("ten epochs of one batch", 10, epochs=10),
)
BATCHES: Final = (
    Plan("one short batch, 3 rows with batch_size=4,", 1, rows=3),
    Plan("three batches, 12 rows with batch_size=4,", 3, rows=12),
    Plan("three batches, 9 rows with batch_size=4 and one row in the last,", 3, rows=9),
    Plan("ten epochs of two batches, 5 rows with batch_size=4,", 20, epochs=10, rows=5),
)


def assert_moves(submission: Any, plans: tuple[Plan, ...], seed: int) -> None:
    """Hold every plan to its move: the median over a few networks."""
    tables = [moves(submission, normal(1, inputs, seed), plans) for inputs in INPUTS]
    for plan, moved in zip(plans, zip(*tables, strict=True), strict=True):
        complaint = plan.complaint(median(moved))
        assert not complaint, complaint


def moves(submission: Any, row: Tensor, plans: tuple[Plan, ...]) -> list[float]:
    """Train a model by one step and by each plan in turn; tell how many steps it moved."""
    model, step, moved = submission.build(row.shape[1]), 0.0, []
    for plan in (ONE_STEP, *plans):
        errors = [plan.error if plan.goal is None else plan.goal * step] * plan.rows
        settings = {"epochs": plan.epochs, "batch_size": BATCH, "lr": plan.lr}
        model, move = nudge(submission, model, row, errors, **settings)
        moved.append(move)
        step = moved[0]
        assert step != 0, "one step of train moves the prediction by nothing"
    return [move / step for move in moved[1:]]
