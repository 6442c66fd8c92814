"""The sides that benchmarks.box measures against each other, and how their turns are counted."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.assignment.limits import Limits
from grader.sandbox import Returned, Zygote
from grader.sandbox import zygote as real
from grader.sandbox.levels import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox import Worker

BARE = Path(__file__).with_name("box_bare.py")
CODE = "def f(x):\n    return x\n"
LIMITS = Limits(memory=1 << 30)
CALLS = 200


def bare_zygote() -> Zygote:
    """The real zygote, with workers that give up nothing."""
    launcher, real._LAUNCHER = real._LAUNCHER, BARE  # noqa: SLF001 - nobody else has a reason
    try:
        level = Level("L0", namespaces=False, landlock=False, filter=False)
        started = Zygote.launch(level, notebooks=False, packages=("torch",))
    finally:
        real._LAUNCHER = launcher  # noqa: SLF001 - as it was
    return started.ready()


def loaded(zygote: Zygote) -> Worker:
    """A worker with one small function in it."""
    worker = zygote.fork(LIMITS)
    request = {"kind": "py", "name": "hw.py", "cells": [(0, CODE, [])], "mode": "needed"}
    more = {"statement_seconds": 5, "all_seconds": 5, "exports": ["f"], "also": []}
    more |= {"files": [], "path": [], "packages": [], "modules": [], "linked": {}, "skip": []}
    outcome, _ = worker.load({**request, **more}, 10)
    assert isinstance(outcome, Returned), outcome
    return worker


def calls(worker: Worker) -> Callable[[], None]:
    """Many small calls in a row."""

    def run() -> None:
        for _ in range(CALLS):
            worker.call("f", (1.0,), {})

    return run


def differences(
    what: str,
    one: Callable[[], object],
    other: Callable[[], object],
    repeats: int,
    scale: float,
    unit: str,
    aim: float,
) -> dict[str, Any]:
    """Time both sides in turn; the spread of one minus other."""
    found = []
    for number in range(repeats + 5):
        sides = [one, other] if number % 2 else [other, one]
        times = {side: timed(side) for side in sides}
        if number >= 5:  # the first turns warm up
            found.append(scale * (times[one] - times[other]))
    return summary(what, found, unit, aim)


def timed(act: Callable[[], object]) -> float:
    """Seconds that an act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def summary(what: str, values: list[float], unit: str, aim: float) -> dict[str, Any]:
    """Median and quartiles beside the aim."""
    low, median, high = statistics.quantiles(values, n=4)
    return {"what": what, "median": median, "low": low, "high": high, "unit": unit, "aim": aim}
