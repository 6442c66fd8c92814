"""What `train` is raced on: a short training on a survey and from weights that nobody has seen.

Each timed call has rows, initial weights and an order of its own, so that nothing that was trained
before is of use; and what it was worth is measured on rows whose answers never leave the grader.
Half of the epochs miss the bound in three calls of eight, and every call of a race is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader import Workload, as_tensor

from .fit import survey_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from .fit import Task

EPOCHS, BATCH, RATE = 16, 128, 1e-3
WORST = 10.0
"""Mean squared error on new rows: of 1,000 trainings half came to at most 1.5, one to 7."""


def trainings() -> Workload:
    """Draw a survey, build a model (not timed), train it, and have it predict."""
    return Workload(draw, check, calls=1, before=build, after=predict)


def draw(rng: np.random.Generator) -> tuple[Task, int]:
    """Draw the task of one call and the seed of its weights and order."""
    return survey_task(int.from_bytes(rng.bytes(16))), int(rng.integers(1 << 31))


def build(ask: Any, arguments: Sequence[Any]) -> list[object]:
    """Build the model in the worker that will train it, untimed."""
    task, seed = arguments
    model = ask("build", task.X.shape[1], seed=seed)
    return [model, task.X.float(), task.y.float(), EPOCHS, BATCH, RATE, seed]


def predict(ask: Any, arguments: Sequence[Any], model: object) -> object:
    """Have the trained model predict: timed too, or training could be put off until then."""
    return ask("predict", model, arguments[0].X_new.float())


def check(arguments: Sequence[Any], answer: object, _expected: object) -> None:
    """Hold the loss on new rows to what so much training is worth."""
    task, _ = arguments
    loss = task.loss(as_tensor(answer, (len(task.X_new),)))
    assert loss <= WORST, (
        f"after {EPOCHS} epochs at a learning rate of {RATE:g} the mean squared error "
        f"on new rows is {loss:.3g}, expected at most {WORST:g}: was less trained than asked for?"
    )
