"""With which power of its size a time grows, and how well that is known.

A *round* times both sides at every size, in a new random order, so that rounds are alike and do not
remember one another. Its slope is that of the least squares through the points (log size, log
seconds): every size pulls at it, so that who is quick at some of them only becomes the steeper, and
is not passed over as an outlier. What is robust is the step from rounds to an exponent: it is the
median of their slopes, and its interval is the sign test's, exact whatever shape the noise has
(Conover, Practical Nonparametric Statistics, 3.2), with the ranks of `interval.outer_rank`. That
of the difference is made of the rounds' own differences, in which the machine's moods cancel.

Where a process's memory happens to lie makes it faster or slower at a size for as long as it lives
(`interval.LAYOUT_SD`), and more rounds do not shrink that. Three standard errors of what it does to
a slope are added to both sides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, median
from typing import TYPE_CHECKING

from grader.race.interval import layout_margin, outer_rank

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ALPHA", "LEAST_ROUNDS", "ROUNDS", "Growth", "Round", "fit_growth"]

ALPHA = 0.05
LEAST_ROUNDS = 6  # the first number at which an interval exists: 2 / 2^6 < ALPHA
ROUNDS = 9  # the first at which it leaves out the outermost round on either side: 20 / 2^9 < ALPHA


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds a call of both sides at each size, in the order of the sizes."""

    submission: tuple[float, ...]
    reference: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """How the time of an export grows beside the reference's: like n to the power of an exponent.

    ``submission`` and ``reference`` are the exponents over ``sizes``, ``difference`` is how much
    larger the submission's is, and the intervals beside them hold the truth in 95 of 100 cases;
    from fewer than 6 ``rounds`` they have no bounds. ``float(growth)`` is the difference, so that
    ``measure`` takes it.
    """

    export: str
    sizes: tuple[int, ...]
    rounds: int
    submission: float
    submission_interval: tuple[float, float]
    reference: float
    reference_interval: tuple[float, float]
    difference: float
    interval: tuple[float, float]

    def __float__(self) -> float:
        return self.difference

    @property
    def sentence(self) -> str:
        """What was found, in a sentence with its numbers."""
        mine = _power(self.submission, self.submission_interval)
        other = _power(self.reference, self.reference_interval)
        few = "" if self.rounds >= LEAST_ROUNDS else f", from {self.rounds} of {ROUNDS} rounds only"
        return (
            f"{self.export} grows like {mine}, the reference like {other}; the difference is "
            f"{_number(self.difference)}{_between(self.interval)}, for n from {self.sizes[0]} to "
            f"{self.sizes[-1]}{few}"
        )


def fit_growth(export: str, sizes: Sequence[int], rounds: Sequence[Round]) -> Growth:
    """Fit the exponents of rounds, at least one, over sizes, at least two, in rising order."""
    slopes = [(_slope(sizes, r.submission), _slope(sizes, r.reference)) for r in rounds]
    mine, other = ([pair[side] for pair in slopes] for side in (0, 1))
    difference = [a - b for a, b in slopes]
    margin = layout_margin(1) / math.sqrt(_scale(sizes))
    return Growth(
        export,
        tuple(sizes),
        len(rounds),
        median(mine),
        _interval(mine, margin),
        median(other),
        _interval(other, margin),
        median(difference),
        _interval(difference, margin),
    )


def _slope(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Slope of the least squares through (log size, log seconds)."""
    x, y = list(map(math.log, sizes)), list(map(math.log, seconds))
    middle = fmean(x)
    return sum((a - middle) * b for a, b in zip(x, y, strict=True)) / _scale(sizes)


def _scale(sizes: Sequence[int]) -> float:
    """Sum of squares of log size around its mean: what a slope's variance is divided by."""
    x = list(map(math.log, sizes))
    middle = fmean(x)
    return sum((a - middle) ** 2 for a in x)


def _interval(slopes: Sequence[float], margin: float) -> tuple[float, float]:
    rank = outer_rank(len(slopes), ALPHA)
    if not rank:
        return -math.inf, math.inf
    ordered = sorted(slopes)
    return ordered[rank - 1] - margin, ordered[-rank] + margin


def _power(exponent: float, interval: tuple[float, float]) -> str:
    return f"n^{_number(exponent)}{_between(interval)}"


def _between(interval: tuple[float, float]) -> str:
    low, high = interval
    return f" ({_number(low)} to {_number(high)})" if math.isfinite(low) else ""


def _number(exponent: float) -> str:
    return f"{round(exponent, 2) + 0.0:.2f}"  # no -0.00
