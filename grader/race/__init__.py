"""Paired timing of a submission against the reference.

Theory of operation
-------------------
Three processes: the grader, which draws the questions, knows the truth, reads the clocks and does
the statistics; a worker that answers with the reference; a worker that answers with the
submission. Both workers are forks of one zygote, pinned to one core, with one thread. Nothing in
the submission's process is worth attacking: no clock, no seed, no reference, no score.

A *lap* is one batch of fresh questions put to both, in random order, the submission's worker
being stopped by the kernel while the reference runs. The clock is the kernel's CPU account of
the worker, read from outside; it stops when the bytes of the answer have arrived and a no-op
request has come back after them. Every answer of every lap is checked. About one lap in ten
asks again what was asked before, and must not be faster.

The *slowdown* is the median over the laps of submission's time over reference's. A race stops
as soon as an exact interval for that median lies within one step of the credit staircase; if
it never does, the student gets the better step. Before it, the reference races its own twin:
where that does not come out at 1, no speed is graded.

    workload      fresh questions, and how an answer is checked
    clock         another process's CPU time
    lap           one pair of runs
    interval      the median's interval;  staircase: slowdown to credit
    evidence      the laps so far;  verdict: when to stop and what to say;  words: the sentences
    calibrate     calls a lap, reference against twin;  replay: questions asked again
    referee       every answer checked, and whose fault it is
    contest       the race, on any kind of racers
    core, freeze, racer, stable, gpu, steward      the real racers: workers in a box
    picture       the staircase drawn, for a terminal and as SVG
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "RaceRefused": "calibrate",
    "Result": "contest",
    "Rules": "rules",
    "Staircase": "staircase",
    "Workload": "workload",
    "run_race": "steward",
}

__all__ = ["RaceRefused", "Result", "Rules", "Staircase", "Workload", "run_race"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the names above
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
