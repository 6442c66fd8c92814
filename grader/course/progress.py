"""What a person sees while a class is graded: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from grader.course.students import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from rich.console import Console

    from grader.course.plan import Work
    from grader.course.store import Outcome

_LINE_SECONDS = 5.0


class ProgressBar:
    """Tells how far grading is: rate, time left, counts by status, and what takes longest.

    `changed` collects what a second grading of an attempt made of its points.
    """

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self.console, self.quiet = console, quiet
        self.counts: Counter[str] = Counter()
        self.seconds: dict[str, float] = {}
        self.changed: dict[str, tuple[float, float]] = {}
        self.done = self.total = 0
        self._began = self._told = time.monotonic()
        self._since: dict[str, float] = {}
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def begin(self, total: int, level: str) -> None:
        """Show the bar, or say what is to be done."""
        self.total = total
        if self.quiet or self._bar is not None:
            return
        if self.done == 0:
            self._began = self._told = time.monotonic()
            self._say(f"grading {total} behind {level}")
        if self.console.is_terminal:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[rest]}"),
            )
            self._bar = Progress(*columns, console=self.console, transient=True)
            self._task = self._bar.add_task(self._count(), total=total, rest="")
            self._bar.start()

    def check(self, work: Work, check: str) -> None:
        """Note that something moves."""

    def graded(self, work: Work, outcome: Outcome, before: Outcome | None) -> None:
        """Count a grading, and how long it took."""
        self.done += 1
        self.counts[outcome.status] += 1
        name = shown(work.students[0])
        began = self._since.pop(work.key, time.monotonic())
        self.seconds[name] = max(self.seconds.get(name, 0.0), time.monotonic() - began)
        if outcome.grade and before and before.grade:
            was, now = before.grade.score, outcome.grade.score
            if was != now and work.continues:
                self.changed.update(dict.fromkeys(work.students, (was, now)))
        self._show()

    def tick(self, running: Sequence[Work]) -> None:
        """Note what is in progress, and show how far it is."""
        for work in running:
            self._since.setdefault(work.key, time.monotonic())
        self._show()

    def slowest(self, most: int = 3) -> list[tuple[str, float]]:
        """Return whose grading took longest, in seconds of wall time."""
        return sorted(self.seconds.items(), key=lambda one: -one[1])[:most]

    def _show(self) -> None:
        if self.quiet:
            return
        if self._bar is not None:
            self._bar.update(
                self._task, completed=self.done, description=self._count(), rest=self._rest()
            )
        elif time.monotonic() - self._told >= _LINE_SECONDS:
            self._told = time.monotonic()
            self._say(f"{self._count()}  {self._rest()}")

    def _count(self) -> str:
        return f"{self.done} of {self.total}"

    def _rest(self) -> str:
        """Rate, time left, counts, and what has been in progress for longest."""
        passed = time.monotonic() - self._began
        rate = self.done / passed if passed > 0 else 0.0
        left = timedelta(seconds=round((self.total - self.done) / rate)) if rate else None
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items())
        oldest = max((time.monotonic() - since for since in self._since.values()), default=0.0)
        parts = [
            f"{60 * rate:.3g} a minute" if rate else "",
            f"{left} left" if left else "",
            counts,
        ]
        parts.append(f"one since {oldest:.0f} s" if oldest > 2 * _LINE_SECONDS else "")
        return ", ".join(filter(None, parts))

    def _say(self, line: str) -> None:
        with suppress(OSError):  # a reader that has gone costs nobody a grade
            self.console.print(line, highlight=False, markup=False, soft_wrap=True)
