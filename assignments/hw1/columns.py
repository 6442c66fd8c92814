"""Which rows each batch takes, seen from outside: every row has weights of its own.

Rows are one-hot, so the first layer's weights for a column get a gradient in the one batch that
takes their row. Adam moves them by steps that hang on when that was and on nothing else; one more
column is zero in every row, and its weights stay as they are.
"""

from typing import Any, Final

import torch
from torch import Tensor

from grader import as_tensor

from .models import predict

ROWS, BATCH = 11, 5
SIZES: Final = (5, 5, 1)
"""Rows in each batch."""
RATE: Final = 1e-3
ERROR: Final = 100.0
"""How far the targets are away: no gradient is small, none changes its sign."""
NEAR: Final = 0.02
"""Of a way: of three batches those of the first, second and third go 2.19, 1.32 and 0.64 rates."""


def assert_adam(submission: Any) -> None:
    """Hold weights to go as far as Adam moves them, and those that no row touches nowhere."""
    _, idle, ways = ways_of_columns(submission, BATCH)
    assert not idle, (
        "weights for a column of zeros moved, on which no error depends. Minimise the mean squared "
        "error alone, on rows as given: is there weight decay, a penalty, or noise on X?"
    )
    far = [way for way in ways if abs(way - 1) > NEAR]
    assert not far, (
        f"with lr={RATE:g} the first step of Adam moves each layer's weights and biases by "
        f"{RATE:g}, got {RATE * far[0]:.3g}: do all of them learn, at the rate asked for?"
    )
    ways, *_ = ways_of_columns(submission, ROWS)
    moved = [way for way in ways if way]
    assert any(sum(sizes_of(moved, steps)) == len(moved) for steps in (1, 2, 3)), (
        "weights that have a gradient in one batch alone go on in the next ones other than Adam "
        "moves them: is each gradient cleared, each row taken once, and Adam as it comes?"
    )


def assert_rows_taken(submission: Any) -> None:
    """Hold an epoch to taking each row once, in batches of these sizes."""
    ways, *_ = ways_of_columns(submission, ROWS)
    told = f"one epoch over {ROWS} rows with batch_size={BATCH}"
    missing = sum(way == 0 for way in ways) % ROWS  # all of them: the first layer does not learn
    assert not missing, f"{told} never takes {missing} of them: each epoch takes every row once"
    sizes = sizes_of(ways, len(SIZES))
    got, expected = (", ".join(map(str, some)) for some in (sizes, SIZES))
    told += f" has batches of {got} rows, expected {expected}"
    assert sizes == SIZES or sum(sizes) < ROWS, told


def sizes_of(ways: list[float], steps: int) -> tuple[int, ...]:
    """How many of these ways each step begins, of an epoch of so many."""
    begun = (way_after(step, steps) for step in range(1, steps + 1))
    return tuple(sum(abs(way / expected - 1) <= NEAR for way in ways) for expected in begun)


def ways_of_columns(submission: Any, rows: int) -> tuple[list[float], bool, list[float]]:
    """How far one epoch moves the weights of each row, in rates; and whether it moves idle ones.

    Last, how far each part of the model, its weights or biases, goes at most.
    """
    X = torch.eye(rows, rows + 1)
    model = submission.build(rows + 1)
    y = predict(submission, model, X).float() + ERROR
    before = parts_of(model)
    model = submission.train(model, X, y, epochs=1, batch_size=BATCH, lr=RATE)
    after = parts_of(model)
    moved = [(now - was).abs() / RATE for was, now in zip(before, after, strict=True)]
    first = [part.amax(0) for part in moved if part.ndim == 2 and part.shape[1] == rows + 1]
    assert first, f"no layer of the network has weights for {rows + 1} features"
    *ways, idle = first[0].tolist()
    return ways, idle > 0, [float(part.max()) for part in moved]


def parts_of(model: Any) -> list[Tensor]:
    """Read a model's weights and biases."""
    return [as_tensor(part) for part in model.state_dict().values()]


def way_after(step: int, steps: int) -> float:
    """How far so many steps of Adam move a weight that has a gradient in one of them alone."""
    way = 0.0
    for k in range(step, steps + 1):
        mean = 0.1 * 0.9 ** (k - step) / (1 - 0.9**k)
        square = 0.001 * 0.999 ** (k - step) / (1 - 0.999**k)
        way += mean / square**0.5
    return way
