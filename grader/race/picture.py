"""The credit staircase as text for a terminal: one line a step, who stands on it, and why there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from grader.race import words
from grader.race.staircase import Staircase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.grade import Timing

__all__ = ["render_text"]

_HERE = "this submission"


def render_text(timing: Timing) -> str:
    """Return the staircase with the submission and the named paces on it.

    Empty where the terms are not known or nothing was raced.
    """
    low, high = timing.interval
    known = timing.laps and timing.full and timing.none and 0 < low <= high < math.inf
    if not known or timing.full is None or timing.none is None:
        return ""
    stairs = Staircase(timing.full, timing.none, timing.steps or 0)
    lines = [*_stairs(timing, stairs), *_facts(timing)]
    return "\n".join(line.rstrip() for line in lines)


def _stairs(timing: Timing, stairs: Staircase) -> Iterator[str]:
    low, high = timing.interval
    mine = f"<- {_HERE}, {words.times(timing.slowdown)}"
    if stairs.step(low) != stairs.step(high):
        mine += f" (anywhere from {words.times(low)} to {words.times(high)})"
    yield "credit  slowdown"
    for step in range(stairs.steps + 2):
        row = f"{1 - step / (stairs.steps + 1):6.0%}  {_range(stairs, step):<13}"
        row += ", ".join(_on(step, stairs, timing.paces))
        yield f"{row}  {mine}" if step == stairs.step(timing.slowdown) else row


def _range(stairs: Staircase, step: int) -> str:
    if step > stairs.steps:
        return f"from {words.times(stairs.none)}"
    word = "below" if step == stairs.steps else "to"
    return f"{word} {words.times(stairs.edges[step])}"


def _on(step: int, stairs: Staircase, paces: Mapping[str, float]) -> Iterator[str]:
    for name, pace in sorted(paces.items(), key=lambda item: item[1]):
        if pace > 0 and stairs.step(pace) == step:
            yield f"{name} {words.times(pace)}"


def _facts(timing: Timing) -> Iterator[str]:
    sides = words.duration(timing.submission_seconds), words.duration(timing.reference_seconds)
    clock = "processor time" if timing.clock == "cpu" else "wall time"
    yield f"{sides[0]} a call against {sides[1]}, median {clock} of {timing.laps} laps"
    if timing.first_call_seconds is not None:
        yield words.slow_first_call(timing.first_call_seconds)
