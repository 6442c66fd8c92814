"""The sizes over which a growth is measured: what they must be, and what is asked at each."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from numbers import Integral
from typing import TYPE_CHECKING

from grader.grade.units import duration
from grader.race.errors import RaceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.race.workload import Draw, Workload

__all__ = ["at_size", "require_long_calls", "require_sizes"]

LEAST_SIZES = 3  # of two every line is a perfect fit
LEAST_SPAN = 4  # largest over smallest: there the memory's layout alone moves an exponent by 0.04
LEAST_CALL = 0.0003  # seconds: the way of a small question and of its answer takes 60 us


def require_sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    """Return the sizes in rising order; raises RaceError where no growth can be seen over them."""
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, Integral) or size < 1:
            raise RaceError(f"growth: a size is a whole number above 0, not {size!r}")
    rising = tuple(sorted(map(int, sizes)))
    for size, following in pairwise(rising):
        if size == following:
            raise RaceError(f"growth: size {size} is named twice; name each size once")
    if len(rising) < LEAST_SIZES:
        raise RaceError(f"growth: {len(rising)} sizes are too few; name at least {LEAST_SIZES}")
    if rising[-1] < LEAST_SPAN * rising[0]:
        raise RaceError(
            f"growth: sizes from {rising[0]} to {rising[-1]} lie too close together; the largest "
            f"must be at least {LEAST_SPAN} times the smallest"
        )
    return rising


def require_long_calls(size: int, seconds: float) -> None:
    """Raise RaceError where a call takes the reference hardly longer than its way takes."""
    if seconds < LEAST_CALL:
        raise RaceError(
            f"growth: size {size} is too small to measure: a call takes the reference "
            f"{duration(seconds)}, most of it the way there and back; name sizes at which it takes "
            f"a few ms, and {duration(LEAST_CALL)} at the least"
        )


def at_size(workload: Workload, size: int) -> Workload:
    """Return a workload of one size from one whose ``draw`` takes a size after the generator."""
    return replace(workload, draw=tuple(_drawn(draw, size) for draw in workload.kinds))


def _drawn(draw: Draw, size: int) -> Draw:
    return lambda rng: draw(rng, size)
