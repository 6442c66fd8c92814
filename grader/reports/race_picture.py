"""The credit staircase as text for a terminal: one line a step, who stands on it, and why there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from grader.grade import units
from grader.grade.staircase import Staircase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.grade.result import Timing

__all__ = ["render_facts", "render_text"]

_HERE = "this submission"
_MOST_STEPS = 200


def render_text(timing: Timing) -> str:
    """Return the staircase with the submission and the named paces on it, and the race's facts.

    Empty where nothing was raced; without stairs where the terms are not known.
    """
    stairs = _stairs(timing)
    lines = [*_rows(timing, stairs)] if stairs else []
    return "\n".join(line.rstrip() for line in [*lines, *render_facts(timing).splitlines()])


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


def _stairs(timing: Timing) -> Staircase | None:
    """The staircase of a race, if all that is drawn of it is known."""
    full, none, steps = timing.full or 0.0, timing.none or 0.0, timing.steps or 0
    values = (*timing.interval, timing.slowdown, full, none)
    if not timing.laps or not all(0 < value < math.inf for value in values):
        return None
    return Staircase(full, none, steps) if full < none and steps <= _MOST_STEPS else None


def _rows(timing: Timing, stairs: Staircase) -> Iterator[str]:
    low, high = timing.interval
    mine = f"<- {_HERE}, {units.times(timing.slowdown)}"
    if stairs.step(low) != stairs.step(high):
        mine += f" (anywhere from {units.times(low)} to {units.times(high)})"
    yield "credit  slowdown"
    for step in range(stairs.steps + 2):
        row = f"{1 - step / (stairs.steps + 1):6.0%}  {_range(stairs, step):<13}"
        row += ", ".join(_on(step, stairs, timing.paces))
        yield f"{row}  {mine}" if step == stairs.step(timing.slowdown) else row


def _range(stairs: Staircase, step: int) -> str:
    if step > stairs.steps:
        return f"from {units.times(stairs.none)}"
    word = "below" if step == stairs.steps else "to"
    return f"{word} {units.times(stairs.edges[step])}"


def _on(step: int, stairs: Staircase, paces: Mapping[str, float]) -> Iterator[str]:
    for name, pace in sorted(paces.items(), key=lambda item: item[1]):
        if pace > 0 and stairs.step(pace) == step:
            yield f"{name} {units.times(pace)}"
