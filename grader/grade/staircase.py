"""Credit as a staircase in log slowdown: equal steps down from ``full`` to ``none``.

A staircase and not a ramp, so that a grade is the same when it is taken again: only a
slowdown that happens to lie at an edge can come out on either side of it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

__all__ = ["SPREADS_PER_STEP", "Staircase", "why_too_narrow"]

SPREADS_PER_STEP = 5


@dataclass(frozen=True)
class Staircase:
    """All the credit at a slowdown of ``full`` or less, none at ``none`` or more.

    There are ``steps`` equal steps between (by default one a doubling, or as near as fits).
    """

    full: float
    none: float
    steps: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.full < self.none < math.inf:
            raise ValueError(f"full = {self.full} must lie above 0 and below none = {self.none}")
        if self.steps < 0:
            raise ValueError(f"steps = {self.steps} must be at least 1")
        if not self.steps:
            object.__setattr__(self, "steps", max(1, round(math.log2(self.none / self.full))))

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """The slowdowns at which a step is lost, ascending: ``full`` first, ``none`` last."""
        inner = [self.full * self.width**i for i in range(1, self.steps)]
        return (self.full, *inner, self.none)

    @property
    def width(self) -> float:
        """The factor from one edge to the next."""
        return math.exp(math.log(self.none / self.full) / self.steps)

    def step(self, slowdown: float) -> int:
        """Return how many steps down a slowdown stands; 0 is the top, ``steps + 1`` the ground."""
        if slowdown >= self.none:
            return self.steps + 1
        return bisect_left(self.edges, slowdown)

    def credit(self, slowdown: float) -> float:
        """Return the credit of a slowdown, 0 to 1; it never rises with the slowdown."""
        return round(1 - self.step(slowdown) / (self.steps + 1), 12)

    def nearest_edge(self, slowdown: float) -> float:
        """Return the edge that is closest to a slowdown, by ratio."""
        return min(self.edges, key=lambda edge: abs(math.log(edge / slowdown)))


def why_too_narrow(stairs: Staircase, spread: float) -> str:
    """Return why the steps are too narrow for a spread (relative sd of repeats), or ""."""
    least = 1 + SPREADS_PER_STEP * spread
    if stairs.width >= least:
        return ""
    return (
        f"a step of the credit is a factor {stairs.width:.3f}, but slowdowns measured again differ "
        f"by {100 * spread:.1f} %: steps must be at least a factor {least:.3f} "
        f"({SPREADS_PER_STEP} times that), so use fewer steps between full and none"
    )
