"""Paired timing of a submission against the reference.

Theory of operation
-------------------
Three processes: the grader, which draws the questions, knows the truth, reads the clocks and does
the statistics; a worker that answers with the reference; a worker that answers with the
submission. Both workers are forks of one zygote, pinned to one core, with one thread. Nothing in
the submission's process is worth attacking: no clock, no seed, no reference, no score.

A *lap* is one batch of fresh questions put to both, in random order. Both workers are stopped by
the kernel but for their turn. The clock is the kernel's CPU account of the worker, read from
outside while it is stopped, before its turn and after it: all that it does in between counts, by
whichever thread and whatever it was asked for, and nothing is taken off. Every answer of every
lap is checked. About one lap in eight asks again what was asked before, and must not be faster.

The *slowdown* is the median over the laps of submission's time over reference's, and credit is a
straight line in its logarithm. A race stops as soon as an exact interval for that median is worth
less than a fiftieth of the points to either side; when the time is up first, the median counts, or
the interval's worse end where the submission kept it wide. Before it, the reference races its own
twin: where that does not come out at 1, no speed is graded. What that found is kept for an hour.

    workload      fresh questions, and how an answer is checked;  rules: the numbers it is held by
    clock         another process's CPU time
    lap           one pair of runs
    interval      the median's interval
    evidence      the laps so far;  decision: when to stop and what to say;  messages: the sentences
    calibrate     calls a lap, reference against twin;  calibration_cache: where that is kept
    replay        questions asked again
    referee       every answer checked, and whose fault it is;  errors: ends before the end
    contest       the race, on any kind of racers;  result: what came of it
    growth        no race but a growth: how a time grows with the size;  sizes: over which
    climb         its rounds, on any kind of racers;  exponents: the powers, and how well known
    core, freeze, racer, zygote_pool, gpu, run      the real racers: workers in a sandbox
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "RaceError": "errors",
    "Result": "result",
    "Rules": "rules",
    "Workload": "workload",
    "WrongAnswerError": "run",
    "run_race": "run",
}

__all__ = ["RaceError", "Result", "Rules", "Workload", "WrongAnswerError", "run_race"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the names above
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
