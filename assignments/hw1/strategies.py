"""Inputs for homework 1, drawn so that the answer comes first and holds by construction.

A loss is a whole number of grains, divided once by how many there are in 1. Whole numbers are
compared exactly, and so are the losses: below 2^47 grains two neighbours differ by 2^-47 of
themselves, and rounding moves either by 2^-53. Most losses are thousandths; some are a grain or
three from the loss that they are compared with, which single precision cannot tell from a tie.
Scaling by a power of two is exact.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

CAUSES: Final = ("optimization issue", "model bias", "overfitting", "mismatch", "fine")
STEP: Final = 2**30
"""Grains in a thousandth."""
ONE: Final = 1000 * STEP
HAIR: Final = 3
"""Grains that count as very little: 3e-12."""


@dataclass(frozen=True)
class Case:
    """Arguments of `diagnose` and the answer they were built from."""

    cause: str
    train: float
    validation: float
    test: float
    target: float
    shallower: tuple[float, ...] = ()

    def losses(self, unit: float = 1.0) -> tuple[Any, ...]:
        """Return the arguments in the order of the contract, in multiples of a unit."""
        four = self.train, self.validation, self.test, self.target
        return *(unit * loss for loss in four), [unit * loss for loss in self.shallower]


@dataclass(frozen=True)
class Watch:
    """Validation losses, a patience, and the epoch whose network is kept."""

    losses: list[float]
    patience: int
    epoch: int


def grains(low: int = 0, high: int = 64 * ONE) -> st.SearchStrategy[int]:
    """Draw a loss in grains, both ends included: in thousandths, or very near an end."""
    ends = (end for k in range(HAIR + 1) for end in (low + k, high - k))
    beside = st.sampled_from([end for end in ends if low <= end <= high])
    first, last = -(-low // STEP), high // STEP
    if last < first:
        return beside
    return st.integers(first, last).map(lambda n: n * STEP) | beside


def loss(grains: int) -> float:
    """Make a float of a number of grains, rounded once."""
    return grains / ONE


@st.composite
def cases(draw: Callable[..., Any]) -> Case:
    """Draw a cause, then losses that have it; what does not matter is drawn freely."""
    cause = draw(st.sampled_from(CAUSES))
    target = draw(grains(STEP, 32 * ONE))
    small, large, any_loss = grains(0, target), grains(target + 1), grains()
    stuck = cause in {"optimization issue", "model bias"}
    train = draw(large if stuck else small)
    shallower = draw(st.lists(grains(train) if cause == "model bias" else any_loss, max_size=5))
    if cause == "optimization issue":
        place = draw(st.integers(0, len(shallower)))
        shallower.insert(place, draw(grains(0, train - 1)))
    away = {"overfitting": (large, any_loss), "mismatch": (small, large), "fine": (small, small)}
    validation, test = away.get(cause, (any_loss, any_loss))
    parts = train, draw(validation), draw(test), target
    return Case(cause, *map(loss, parts), tuple(map(loss, shallower)))


@st.composite
def ties(draw: Callable[..., Any]) -> Case:
    """Draw a training loss that equals the target, and others that equal it or are larger."""
    cause = draw(st.sampled_from(("overfitting", "mismatch", "fine")))
    target = draw(grains(STEP, 32 * ONE))
    validation = draw(grains(target + 1)) if cause == "overfitting" else target
    test = target if cause == "fine" else draw(grains(target + 1))
    return Case(cause, *map(loss, (target, validation, test, target)))


@st.composite
def depths(draw: Callable[..., Any]) -> tuple[list[float], int | None]:
    """Draw the failing depth, or None, then losses: falling until there, and then anything."""
    falls = draw(st.lists(grains(0, 4 * ONE), max_size=6))
    table = [draw(grains(0, 32 * ONE)) + sum(falls)]
    for fall in falls:
        table.append(table[-1] - fall)
    if draw(st.booleans()):
        return [*map(loss, table)], None
    failing = len(table) + 1
    table.append(table[-1] + draw(grains(1, HAIR) | grains(1, 32 * ONE)))
    return [*map(loss, table + draw(st.lists(grains(), max_size=4)))], failing


@st.composite
def watches(draw: Callable[..., Any]) -> Watch:
    """Draw the improvements, then between any two of them fewer idle epochs than the patience."""
    patience = draw(st.integers(1, 5))
    best, table = 100 * ONE, [100 * ONE]
    epoch = 0
    for drop in draw(st.lists(grains(1, 8 * ONE), max_size=6)):
        table += draw(idle(best, patience - 1))
        best -= drop
        epoch = len(table)
        table.append(best)
    if draw(st.booleans()):
        table += draw(idle(best, patience - 1))
    else:
        table += draw(idle(best, patience, at_least=patience))
        table += draw(st.lists(grains(0, 128 * ONE), max_size=6))
    return Watch([*map(loss, table)], patience, epoch)


def idle(best: int, at_most: int, at_least: int = 0) -> st.SearchStrategy[list[int]]:
    """Epochs that bring no new best; a tie is one of them."""
    return st.lists(grains(best, best + 16 * ONE), min_size=at_least, max_size=at_most)
