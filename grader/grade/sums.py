"""Points added up, so that a sum is the same number everywhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_MOST = 2.0**53 / 100


def total(points: Iterable[float]) -> float:
    """Sum points exactly and round to a millionth, in any order the same."""
    return round(math.fsum(points), 6)


def is_hundredths(points: float) -> bool:
    """Whether a number of points has at most two decimals, so that it can be added exactly.

    No number is one that is so large that a float has no hundredths there.
    """
    return points < _MOST and math.isclose(points * 100, round(points * 100), abs_tol=1e-6)
