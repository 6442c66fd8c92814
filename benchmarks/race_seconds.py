"""Where the seconds of a race go: starting, calibrating, first calls, laps, drawing, the truth.

A stopwatch is put around each of them, and what happens within another counts for the inner one
alone. A race is held twice, since the second finds its core calibrated.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from benchmarks.race_yard import TASKS, Task, Yard
from grader.race import contest
from grader.race.racer import BoxRacer
from grader.race.referee import Referee
from grader.race.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

PACES = {
    "hw2": ("reference", "chunked", "loop"),
    "hw1": ("reference", "fused"),
    "hw3": ("reference", "basis"),
}
PARTS: dict[str, tuple[Any, str]] = {
    "forks and loads": (BoxRacer, "_start"),
    "first calls": (contest.Contest, "_first_call"),
    "practice": (contest.Contest, "_practise"),
    "twins": (contest.Contest, "_calibrate"),
    "laps": (contest.Contest, "_run_lap"),
    "drawing": (Workload, "batch"),
    "the truth": (Referee, "_check"),
}
OTHER = "the rest"


class Stopwatch:
    """Seconds by part, each without those of the parts within it."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._now = [OTHER]
        self._since = time.perf_counter()

    @contextmanager
    def timing(self, part: str) -> Iterator[None]:
        """Count what happens within for a part."""
        self._turn()
        self._now.append(part)
        try:
            yield
        finally:
            self._turn()
            self._now.pop()

    def _turn(self) -> None:
        now = time.perf_counter()
        self.seconds[self._now[-1]] += now - self._since
        self._since = now

    def around(self, part: str, function: Any) -> Any:  # noqa: ANN401 - any method
        """Return a method that is timed."""

        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as above
            with self.timing(part):
                return function(*args, **kwargs)

        return timed


def measure(task: Task, pace: str, yard: Yard, seed: int) -> tuple[dict[str, float], str]:
    """Race a pace; return the seconds of each part, and what the race came to."""
    watch = Stopwatch()
    with ExitStack() as stack:
        for part, (owner, name) in PARTS.items():
            timed = watch.around(part, getattr(owner, name))
            stack.enter_context(mock.patch.object(owner, name, timed))
        with watch.timing(OTHER):
            result, _ = yard.race(task.pace(pace), seed=seed)
    timing = result.timing
    return dict(watch.seconds), f"{timing.laps} laps, {timing.slowdown:.3g}, {timing.decision}"


def table(tasks: list[str]) -> str:
    """Race some paces of each task, twice, and lay out where their seconds went."""
    parts = [*PARTS, OTHER]
    lines = ["| race | came to | zygotes | " + " | ".join([*parts, "all but zygotes"]) + " |"]
    lines.append("|---" * (len(parts) + 4) + "|")
    for name in tasks:
        for pace in PACES[name]:
            with tempfile.TemporaryDirectory() as cache:
                no_calibration = mock.patch.dict(os.environ, XDG_CACHE_HOME=cache)
                with no_calibration:
                    lines += [_row(name, pace, number) for number in (1, 2)]
    told = "Seconds. The two zygotes are started anew for each race here; a class has them once."
    return "\n".join([*lines, "", told, ""])


def _row(name: str, pace: str, number: int) -> str:
    began = time.perf_counter()
    with Yard(TASKS[name]) as yard:
        zygotes = time.perf_counter() - began
        seconds, said = measure(TASKS[name], pace, yard, number)
    cells = [f"{seconds.get(part, 0.0):.2f}" for part in (*PARTS, OTHER)]
    title = f"{name} {pace}, {'first' if number == 1 else 'again'}"
    row = (
        f"| {title} | {said} | {zygotes:.2f} | {' | '.join(cells)} | {sum(seconds.values()):.2f} |"
    )
    print(row, flush=True)
    return row
