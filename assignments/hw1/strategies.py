"""Inputs for homework 1, drawn so that the answer comes first and holds by construction.

Losses are multiples of 1/64, so that scaling by a power of two is exact and ties are ties.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

CAUSES: Final = ("optimization issue", "model bias", "overfitting", "mismatch", "fine")
STEP: Final = 1 / 64
LARGEST: Final = 4096


@dataclass(frozen=True)
class Case:
    """Arguments of `diagnose` and the answer they were built from."""

    cause: str
    train: float
    validation: float
    test: float
    target: float
    shallower: tuple[float, ...] = ()

    @property
    def losses(self) -> tuple[object, ...]:
        """The arguments, in the order of the contract."""
        return self.train, self.validation, self.test, self.target, list(self.shallower)

    def scaled(self, factor: float) -> Case:
        """Return the same case with losses in other units."""
        return replace(
            self,
            train=self.train * factor,
            validation=self.validation * factor,
            test=self.test * factor,
            target=self.target * factor,
            shallower=tuple(loss * factor for loss in self.shallower),
        )


@dataclass(frozen=True)
class Watch:
    """Validation losses, a patience, and the epoch whose network is kept."""

    losses: list[float]
    patience: int
    epoch: int


def losses(low: float = 0.0, high: float = LARGEST * STEP) -> st.SearchStrategy[float]:
    """Losses between two multiples of 1/64, both included."""
    steps = st.integers(round(low / STEP), round(high / STEP))
    return steps.map(lambda n: n * STEP)


@st.composite
def cases(draw: Callable[..., object], cause: str | None = None) -> Case:
    """Draw a cause, then losses that have it; what does not matter is drawn freely."""
    cause = cause or draw(st.sampled_from(CAUSES))
    target = draw(losses(STEP, 32))
    small, large, any_loss = losses(0, target), losses(target + STEP), losses()
    stuck = cause in {"optimization issue", "model bias"}
    train = draw(large if stuck else small)
    shallower = draw(st.lists(losses(train) if cause == "model bias" else any_loss, max_size=5))
    if cause == "optimization issue":
        place = draw(st.integers(0, len(shallower)))
        shallower.insert(place, draw(losses(0, train - STEP)))
    if stuck:
        rest = any_loss, any_loss
    else:
        rest = {
            "overfitting": (large, any_loss),
            "mismatch": (small, large),
            "fine": (small, small),
        }[cause]
    return Case(cause, train, draw(rest[0]), draw(rest[1]), target, tuple(shallower))


@st.composite
def depths(draw: Callable[..., object]) -> tuple[list[float], int | None]:
    """Draw the failing depth, or None, then losses: falling until there, and then anything."""
    falls = draw(st.lists(losses(0, 4), max_size=6))
    table = [draw(losses(0, 32)) + sum(falls)]
    for fall in falls:
        table.append(table[-1] - fall)
    if draw(st.booleans()):
        return table, None
    failing = len(table) + 1
    table.append(table[-1] + draw(losses(STEP, 32)))
    return table + draw(st.lists(losses(), max_size=4)), failing


@st.composite
def watches(draw: Callable[..., object]) -> Watch:
    """Draw the improvements, then between any two of them fewer idle epochs than the patience."""
    patience = draw(st.integers(1, 5))
    best, table = 100.0, [100.0]
    epoch = 0
    for drop in draw(st.lists(losses(STEP, 8), max_size=6)):
        table += draw(idle(best, patience - 1))
        best -= drop
        epoch = len(table)
        table.append(best)
    if draw(st.booleans()):
        return Watch(table + draw(idle(best, patience - 1)), patience, epoch)
    table += draw(idle(best, patience, at_least=patience))
    return Watch(table + draw(st.lists(losses(0, 128), max_size=6)), patience, epoch)


def idle(best: float, at_most: int, at_least: int = 0) -> st.SearchStrategy[list[float]]:
    """Epochs that bring no new best; a tie is one of them."""
    return st.lists(losses(best, best + 16), min_size=at_least, max_size=at_most)
