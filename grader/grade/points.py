"""The points of a grade in whole hundredths: the one source of every number in every report.

Floats are added and rounded here, once. The hundredths of the checks add up
exactly to the total, whatever credit and penalty were, so that a reader that
adds them up finds the number that another reader is shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.grade.result import Grade


@dataclass(frozen=True, slots=True)
class PointTotals:
    """Hundredths of points: of each check (earned, and at most) and in all."""

    earned: tuple[int, ...]
    possible: tuple[int, ...]
    total: int
    maximum: int


def total_points(grade: Grade) -> PointTotals:
    """Return the totals of a grade: what counts, after any penalty for coming late.

    A withheld grade has earned nothing yet; reports say so in words beside it.
    """
    if grade.status == "withheld":
        possible = _possible(grade)
        return PointTotals((0,) * len(possible), possible, 0, sum(possible))
    share = 1.0 - grade.late.penalty if grade.late else 1.0
    return _totals(grade, grade.final_score, share)


def count_earned(grade: Grade) -> tuple[int, ...]:
    """Return the hundredths that each check earned, before any penalty, withheld or not."""
    return _totals(grade, grade.score, 1.0).earned


def _possible(grade: Grade) -> tuple[int, ...]:
    return tuple(round(check.points * 100) for check in grade.checks)


def _totals(grade: Grade, score: float, share: float) -> PointTotals:
    """Round a score of which each check earned its own, times a share."""
    possible = _possible(grade)
    maximum = sum(possible)
    exact = [check.score * share * 100 for check in grade.checks]
    total = min(maximum, round_half_up(score * 100))
    return PointTotals(_apportion(exact, possible, total), possible, total, maximum)


def round_half_up(value: float) -> int:
    """Round to the nearest whole number; what is half a unit away, but for dust, goes up."""
    return math.floor(value + 0.5 + 1e-6)


def _apportion(exact: Sequence[float], possible: Sequence[int], total: int) -> tuple[int, ...]:
    """Round each share so that they add up to the total: largest remainders go up."""
    floors = [min(math.floor(e + 1e-6), p) for e, p in zip(exact, possible, strict=True)]
    by_remainder = sorted(range(len(exact)), key=lambda i: floors[i] - exact[i])
    left = total - sum(floors)
    for i in by_remainder:
        if left > 0 and floors[i] < possible[i]:
            floors[i] += 1
            left -= 1
    return tuple(floors)


def show(hundredths: int) -> str:
    """Write hundredths as points, without needless zeros: 1500 is "15", 750 is "7.5"."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
