"""What the layers of a model do, seen from its answers with weights that were drawn for it.

Weights go into a model by their shapes, whatever their names, and what counts is what it answers
with them. A network of rectifiers without biases is straight along every ray; where biases are far
below zero it is flat. And weights can be drawn so that along one line each unit bends at a place
of its own: the first units go on one after the other, and then the second units go off.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from .models import normal, predict

FIRST, SECOND, INPUTS = 64, 32, 8
LINE: Final = torch.arange(2.0 * (FIRST + SECOND) + 1)[:, None].repeat(1, INPUTS)
"""Rows along the line; its odd numbers are the places of the bends."""
EXACT: Final = 1e-4
"""Of the largest answer: float32 loses 1.4e-6 in 300 seeds, half precision or three digits 5e-4."""


def assert_rectified(submission: Any, seed: int) -> None:
    """Hold a model, of whatever widths, to rectified units and an output that is not."""
    model, X = build(submission), normal(300, INPUTS, seed)
    refill(model, without_biases)
    here, there, back = (predict(submission, model, far * X) for far in (100, 300, -100))
    slack = EXACT * here.abs().max()
    assert (there - 3 * here).abs().max() <= slack, (
        "without biases, rows 3 times as large do not get answers 3 times as large: "
        "its activation is not ReLU, or predict rounds"
    )
    straight = (back + here).abs().max() <= slack
    assert not straight, "the model is one straight line: it has no activations"
    refill(model, lambda part: part.abs() if part.ndim == 2 else part - 1)
    off = predict(submission, model, X / 10)
    told = "the model moves where all its units are off: they leak, or have no biases"
    assert off.min() == off.max(), told
    assert off[0] < 0, "with biases of -1 it never goes below zero: is its output activated?"


def assert_layers(submission: Any, seed: int) -> None:
    """Hold a model to two hidden layers whose units bend each at its place, and nowhere else.

    In 300 seeds the reference's slopes jumped by 0.99 of `least` at the least of the places, and by
    at most 0.012 of it elsewhere.
    """
    model, (parts, least) = build(submission), bending(seed)
    drawn = {tuple(part.shape): part for part in parts}
    state = model.state_dict().values()
    hidden = [str(len(part)) for part in state if part.ndim == 2][:-1]
    assert drawn.keys() <= {tuple(part.shape) for part in state}, (
        f"your network has {' and '.join(hidden) or 'no'} hidden units; two hidden layers are "
        f"asked for, of {FIRST} and {SECOND} units, each with its biases and its ReLU"
    )
    refill(model, lambda part: drawn.get(tuple(part.shape), part))
    answers = torch.cat([predict(submission, model, rows) for rows in LINE.split(150)])
    bends = answers.diff(n=2).abs() > least / 2
    first, second = (int(some.sum()) for some in bends[::2].split((FIRST, SECOND)))
    assert first == FIRST, f"its bends show {first} units in the first layer, expected {FIRST}"
    assert second == SECOND, f"its bends show {second} units behind the first, expected {SECOND}"
    assert not bends[1::2].any(), "it bends where none of its units does: is its activation ReLU?"


def build(submission: Any) -> Any:
    """Build a model and ask it something: lazy layers have weights from then on."""
    model = submission.build(INPUTS)
    predict(submission, model, LINE)
    return model


def refill(model: Any, draw: Callable[[Tensor], Tensor]) -> None:
    """Give a model other weights: in the place of each what `draw` makes of it."""
    model.load_state_dict({name: draw(part) for name, part in model.state_dict().items()})


def without_biases(part: Tensor) -> Tensor:
    """Draw a layer's weights such that the answers to rows of size 100 are about 1."""
    if part.ndim != 2:
        return torch.zeros_like(part)
    return normal(*part.shape, seed=part.numel()) * (2 / part.shape[1]) ** 0.5 / 5


def bending(seed: int) -> tuple[list[Tensor], float]:
    """Draw weights and biases, layer by layer, and the least by which the slope jumps."""
    rng = np.random.default_rng(seed)
    on, off = 1 + 2 * rng.permutation(FIRST), 1 + 2 * (FIRST + rng.permutation(SECOND))
    rise, fall, share = (rng.uniform(0.5, 1.5, n) for n in (FIRST, (SECOND, FIRST), SECOND))
    fall, share = fall / FIRST, share / SECOND / len(LINE)
    parts = (
        *(rise[:, None] * rng.dirichlet(np.ones(INPUTS), FIRST), -rise * on),
        *(-fall, (fall * rise * (off[:, None] - on)).sum(1)),
        *(share[None], rng.uniform(0.5, 1.5, 1)),
    )
    jumps = np.concatenate([share @ fall * rise, share * (fall @ rise)])
    return [torch.from_numpy(part).float() for part in parts], float(jumps.min())
