"""A race as text for a terminal: the submission among the named paces, and what each earns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from grader.grade import units
from grader.grade.credit_line import CreditLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.grade.result import Timing

__all__ = ["render_facts", "render_standing"]


def render_standing(timing: Timing) -> str:
    """Return a line for each pace, from fast to slow with its credit, and the race's facts.

    Empty where nothing was raced; without the paces where the terms are not known.
    """
    line = _line(timing)
    lines = [*_rows(timing, line)] if line else []
    return "\n".join([*lines, *render_facts(timing).splitlines()])


def render_facts(timing: Timing) -> str:
    """Return both sides' medians, by which clock and of how many laps, and the first call."""
    if not timing.laps:
        return ""
    sides = units.duration(timing.submission_seconds), units.duration(timing.reference_seconds)
    clock = "processor time" if timing.clock == "cpu" else "wall time"
    facts = f"{sides[0]} a call against {sides[1]}, median {clock} of {units.laps(timing.laps)}"
    if timing.first_call_seconds is None:
        return facts
    first = units.duration(timing.first_call_seconds)
    return f"{facts}\nThe first call took {first} and is not counted."


def _line(timing: Timing) -> CreditLine | None:
    """The line of credit of a race, if all that is told of it is known."""
    full, none = timing.full or 0.0, timing.none or 0.0
    values = (*timing.interval, timing.slowdown, full, none)
    if not timing.laps or not all(0 < value < math.inf for value in values):
        return None
    return CreditLine(full, none) if full < none else None


def _rows(timing: Timing, line: CreditLine) -> Iterator[str]:
    low, high = (units.times(end) for end in timing.interval)
    standing = [
        (line.full, "and less earn everything"),
        *((pace, name) for name, pace in timing.paces.items() if 0 < pace < math.inf),
        (timing.slowdown, f"<- this submission (between {low} and {high})"),
        (line.none, "and more earn nothing"),
    ]
    yield "credit  slowdown"
    for slowdown, who in sorted(standing, key=lambda one: one[0]):
        yield f"{line.credit(slowdown):6.0%}  {units.times(slowdown):<8}  {who}"
