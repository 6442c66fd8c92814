"""The time that one submission may take, all its checks together, and the calls of one check.

What counts is the wall's time while a check runs: loading, calls, and what the grader does with the
answers. What does not count is no submission's doing: races, calls to the reference, starting
workers, and the time in which a worker or the grader was ready to run while others had the core.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.sandbox.deadline import Moment
from grader.sandbox.outcome import TimedOut
from grader.sandbox.waiting import read_own_queued_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.sandbox import Worker
    from grader.sandbox.deadline import Limit

LOADING = "its loading"


class Allowance:
    """Seconds that run out while they are counted; a deadline among others."""

    def __init__(
        self,
        seconds: float,
        limit: Limit = "submission",
        now: Callable[[], float] = time.monotonic,
        own_queue: Callable[[], float] = read_own_queued_seconds,
    ) -> None:
        self.seconds, self.limit, self._now, self._own_queue = seconds, limit, now, own_queue
        self._counted = self._waited = 0.0
        self._began: tuple[float, float] | None = None
        self._watched: tuple[Worker, float] | None = None
        self._by_export: Counter[str] = Counter()

    @property
    def spent(self) -> float:
        """Seconds that count by now."""
        return self._counted + self._since_began() - self._waited - self._waiting()

    def left(self) -> float:
        """Seconds that are left; for how long others had the core is asked only when it matters."""
        since = self._now() - self._began[0] if self._began else 0.0
        at_least = self.seconds - self._counted - since
        return at_least if at_least > 0 else self.seconds - self.spent

    def first(self) -> Moment:
        """The limit that this is, for what is said when it has run out."""
        return Moment(self.seconds, self.limit)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the time meanwhile."""
        self._begin()
        try:
            yield
        finally:
            self._stop()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Count nothing meanwhile."""
        counting = self._began is not None
        self._stop()
        try:
            yield
        finally:
            if counting:
                self._begin()

    def watch(self, worker: Worker) -> None:
        """Take off what this worker waits for a core, until another is watched."""
        self._waited += self._waiting()
        self._watched = (worker, worker.queued())

    def mark(self) -> Callable[[], None]:
        """Return what gives back all that is spent from now on."""
        spent, by_export = self.spent, self._by_export.copy()

        def give_back() -> None:
            counting = self._began is not None
            self._stop()
            self._counted, self._waited, self._watched = spent, 0.0, None
            self._by_export = by_export
            if counting:
                self._begin()

        return give_back

    def charge(self, export: str, seconds: float) -> None:
        """Remember what used the time, to name it should the time run out."""
        self._by_export[export] += seconds  # type: ignore[assignment]  # a Counter adds any number

    def used_up(self) -> TimedOut:
        """The outcome of whatever is asked for when nothing is left."""
        most = self._by_export.most_common(1)
        where = f"{most[0][1]:.3g} s of them by {most[0][0]}" if most else ""
        return TimedOut(self.seconds, "wall", where, "submission")

    def _begin(self) -> None:
        self._began = (self._now(), self._own_queue())

    def _stop(self) -> None:
        self._counted += self._since_began()
        self._began = None

    def _since_began(self) -> float:
        if self._began is None:
            return 0.0
        at, queued = self._began
        return self._now() - at - (self._own_queue() - queued)

    def _waiting(self) -> float:
        if self._watched is None:
            return 0.0
        worker, before = self._watched
        return worker.queued() - before
