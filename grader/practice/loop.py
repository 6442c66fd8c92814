"""Rounds of checks: one at the start, or one after each save until somebody quits."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Protocol

from grader.assignment.suite import load_suite
from grader.course.engines.jobs import Job
from grader.practice.keys import reading_keys
from grader.practice.order import changed_exports, count_first, order_checks
from grader.practice.watching import FileWatch
from grader.reports.record import parse_json
from grader.source.handin import MisuseError, Source, Unreadable
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course.engines.jobs import Engine, Message
    from grader.grade.result import CheckResult
    from grader.practice.place import Place
    from grader.practice.rounds import Rounds

_TURN_SECONDS = 0.03
"""So long the engine is listened to before keys and saves are looked after."""


class Display(Protocol):
    """Who shows what happens."""

    def begin(self) -> None:
        """A round begins."""
        ...

    def check(self, result: CheckResult) -> None:
        """A check has finished."""
        ...

    def end(self) -> None:
        """A round is over."""
        ...

    def tell(self, sentence: str) -> None:
        """There is something to say."""
        ...

    def tick(self, read: Callable[[], str]) -> bool:
        """Time passes; `read` gives the key that was pressed. False ends it all."""
        ...


class Loop:
    """Asks an engine, listens to it, and has everything shown."""

    def __init__(self, place: Place, engine: Engine, rounds: Rounds, display: Display) -> None:
        self.place, self.engine, self.rounds, self.display = place, engine, rounds, display
        suite = load_suite(place.assignment)
        self._asks = {name: suite.exports_of(name) for name in place.checks}
        self._before: Source | None = None
        self._waiting: Job | None = None

    def run_once(self, names: tuple[str, ...]) -> None:
        """Run some checks, and return when all have finished."""
        self._begin(names, len(names))
        while self.rounds.is_running:
            self._hear()

    def watch(self, names: tuple[str, ...]) -> None:
        """Run checks now and after each save, until a key ends it."""
        with ExitStack() as stack:
            watch = stack.enter_context(FileWatch(self.place.files, self.display.tell))
            read = stack.enter_context(reading_keys())
            self._ask(names)
            while self.display.tick(read):
                self._hear()
                if watch.take_change():
                    self._ask(names)

    def _ask(self, names: tuple[str, ...]) -> None:
        """Begin a round with the file as it is now: first the checks that read what changed."""
        now, changed = self._read(), None
        if now is not None and self._before is not None:
            changed = changed_exports(self._before, now, self.place.assignment.exports)
        self._before = now
        lost = [check.name for check in self.rounds.lost]
        order = order_checks(names, self._asks, changed, lost)
        self._begin(order, count_first(order, self._asks, changed))

    def _begin(self, order: tuple[str, ...], first: int) -> None:
        rounds = self.rounds
        self.engine.end(rounds.number)
        rounds.begin(order, first)
        self.display.begin()
        self._waiting = Job(rounds.number, str(self.place.path), select=order)

    def _hear(self) -> None:
        if self._waiting is not None and self.engine.has_room():
            self.engine.begin(self._waiting)
            self._waiting = None
        for job, message in self.engine.hear(_TURN_SECONDS):
            if job.number != self.rounds.number:
                continue
            if message.check is not None:
                self.rounds.add(message.check)
                self.display.check(message.check)
            if message.is_last:
                self.rounds.end(message.problem or message.fault, _notices_of(message))
                self.display.end()

    def _read(self) -> Source | None:
        with suppress(MisuseError):
            found = self.place.read()
            return None if isinstance(found, Unreadable) else found
        return None


def _notices_of(message: Message) -> tuple[str, ...]:
    """Return what loading had to say; that the seed is public says nothing where no grade is."""
    if not message.grade:
        return ()
    told = parse_json(message.grade.encode()).notices
    return tuple(clean_line(one, 300) for one in told if "public seed" not in one)
