"""Credit as a straight line in log slowdown, from all at ``full`` to none at ``none``.

A line and not a staircase, so that an error of the measurement costs what it is worth and no
more: no slowdown lies at an edge, where a percent would decide about a whole step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["SLACK", "CreditLine", "why_too_short"]

SLACK = 0.02
"""Share of a check's points: a race stops where its interval is worth less to either side."""


@dataclass(frozen=True, slots=True)
class CreditLine:
    """All the credit at a slowdown of ``full`` or less, none at ``none`` or more.

    Between them every doubling of the slowdown costs the same.
    """

    full: float
    none: float

    def __post_init__(self) -> None:
        if not 0 < self.full < self.none < math.inf:
            raise ValueError(f"full = {self.full} must lie above 0 and below none = {self.none}")

    @property
    def length(self) -> float:
        """From ``full`` to ``none`` in log slowdown; an error of so much is worth everything."""
        return math.log(self.none / self.full)

    def credit(self, slowdown: float) -> float:
        """Return the credit of a slowdown, 0 to 1; it never rises with the slowdown."""
        if slowdown <= self.full:
            return 1.0
        if slowdown >= self.none:
            return 0.0
        return math.log(self.none / slowdown) / self.length

    def slowdown(self, credit: float) -> float:
        """Return the slowdown that has this credit, from 0 to 1."""
        return self.none * math.exp(-credit * self.length)

    def is_settled(self, slowdown: float, interval: tuple[float, float]) -> bool:
        """Whether all of the interval has the credit of the slowdown in it, but for SLACK.

        So has one that lies wholly beyond ``full`` or ``none``, however wide it is.
        """
        best, middle, worst = (self.credit(x) for x in (interval[0], slowdown, interval[1]))
        return max(best - middle, middle - worst) <= SLACK


def why_too_short(line: CreditLine, error: float) -> str:
    """Return why a line is too short for an error in the slowdown (a share of it), or ""."""
    if error <= SLACK * line.length:
        return ""
    worth, least = 100 * error / line.length, math.exp(error / SLACK)
    return (
        f"an error of {100 * error:.1f} % in the slowdown is worth {worth:.1f} % of the points, "
        f"where at most {100 * SLACK:g} % is meant: put full and none farther apart, by a factor "
        f"of at least {least:.3g}"
    )
