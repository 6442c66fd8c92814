"""Points added up, so that a sum is the same number everywhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def total(points: Iterable[float]) -> float:
    """Sum points exactly and round to a millionth, in any order the same."""
    return round(math.fsum(points), 6)


def is_hundredths(points: float) -> bool:
    """Whether a number of points has at most two decimals, so that it can be added exactly."""
    return math.isclose(points * 100, round(points * 100), abs_tol=1e-6)
