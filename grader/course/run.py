"""From a plan to grades in the store: jobs to an engine, so many at a time, each kept as it comes.

A job whose process ended without a word, or with which the engine was lost, is tried once more, and
then it is a fault that withholds the grade: no submission can be tried for ever.
"""

from __future__ import annotations

from collections import Counter, deque
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Protocol

from grader.course.engines.jobs import EngineError, Job, Message, Settings
from grader.course.engines.local import LocalEngine
from grader.course.plan import join_grades, may_run_yet
from grader.course.store import Outcome
from grader.reports.record import parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.course.contents import Content
    from grader.course.plan import Plan, Work
    from grader.course.store import Store
    from grader.grade.hang import Hang
    from grader.grade.result import Grade

_TRIES = 2
_LOSSES = 3  # of the engine in a row, without a grade between them
_LOOK_SECONDS = 0.5


class Watcher(Protocol):
    """Whoever is told while a class is graded."""

    def begin(self, total: int, level: str) -> None:
        """Hear how many gradings there are to be, and behind which wall."""

    def check(self, work: Work, check: str) -> None:
        """Hear that a check of a grading has finished."""

    def graded(self, work: Work, outcome: Outcome, before: Outcome | None) -> None:
        """Hear what a grading came to, and what it had come to before."""

    def tick(self, running: Sequence[Work]) -> None:
        """Hear that time has passed, and what is in progress."""


@dataclass
class ClassRun:
    """Grades what is planned, and keeps it. Raises EngineError where nothing can be graded."""

    store: Store
    settings: Settings
    content: Content
    watcher: Watcher
    graded: int = 0
    _numbers: Iterator[int] = field(default_factory=count)
    _tries: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)

    def run(self, plan: Plan) -> None:
        """Grade everything: checks side by side, and then races, each alone on the machine."""
        turns = [(deque(plan.checks), self.settings.jobs), (deque(plan.races), 1)]
        total, losses = len(plan.checks) + len(plan.races), 0
        while any(left for left, _ in turns):
            before = self.graded
            try:
                with closing(LocalEngine.start(self.settings)) as engine:
                    self.watcher.begin(total, engine.level)
                    for left, jobs in turns:
                        self._turn(engine, left, jobs)
            except EngineError:
                losses = 0 if self.graded > before else losses + 1
                if losses >= _LOSSES or not self._tries:
                    raise

    def _turn(self, engine: LocalEngine, left: deque[Work], jobs: int) -> None:
        """Grade what is left of one turn; of what was in progress when the engine is lost, try."""
        running: dict[int, Work] = {}
        try:
            while left or running:
                while left and len(running) < jobs and engine.has_room():
                    if self._is_of_use(work := left.popleft()):
                        number = next(self._numbers)
                        running[number] = work
                        self._tries[work.key, work.select] += 1
                        path = str(work.attempt.path.absolute())
                        hangs = self._hangs_before(work)
                        engine.begin(Job(number, path, work.attempt.file, work.select, hangs))
                for job, message in engine.hear(_LOOK_SECONDS):
                    self._hear(running, left, job.number, message)
                self.watcher.tick(list(running.values()))
        except EngineError as error:
            for number in list(running):
                self._hear(running, left, number, Message(fault=str(error)))
            raise

    def _hear(
        self, running: dict[int, Work], left: deque[Work], number: int, message: Message
    ) -> None:
        work = running[number]
        if not message.is_last:
            self.watcher.check(work, message.check.name if message.check else "")
            return
        del running[number]
        if message.fault and self._tries[work.key, work.select] < _TRIES:
            left.appendleft(work)
            return
        self._keep(work, message)

    def _hangs_before(self, work: Work) -> tuple[Hang, ...]:
        """Return what hung in the grade that a grading continues."""
        kept = self.store.outcome(work.students[0], work.key) if work.continues else None
        return kept.grade.hangs if kept is not None and kept.grade is not None else ()

    def _is_of_use(self, work: Work) -> bool:
        """Whether a grading may still come to something: what cannot be read is not raced."""
        kept = self.store.outcome(work.students[0], work.key)
        return not (work.continues and kept is not None and kept.status == "not_read")

    def _keep(self, work: Work, message: Message) -> None:
        before = self.store.outcome(work.students[0], work.key)
        outcome = self._outcome(work, message, before if work.continues else None)
        self.store.keep(work.students, outcome)
        self.graded += 1
        self.watcher.graded(work, outcome, before)

    def _outcome(self, work: Work, message: Message, before: Outcome | None) -> Outcome:
        shared, checks = self.content.shared, self.content.checks
        if message.problem:
            return Outcome(work.key, "not_read", message.problem, shared, checks)
        if message.fault:
            words = f"our fault: {message.fault}"
            if before is not None and before.grade is not None:
                return replace(before, status="withheld", problem=words)
            return Outcome(work.key, "withheld", words, shared)
        ran = parse_json(message.grade.encode())
        grade = join_grades(before.grade if before else None, ran, work.select)
        keys = known_checks(grade, checks)
        return Outcome(work.key, grade.status, "", shared, keys, message.notices, grade)


def known_checks(grade: Grade, checks: Mapping[str, str]) -> dict[str, str]:
    """Return the content of those checks of a grade that need not be run again."""
    return {c.name: checks[c.name] for c in grade.checks if c.name in checks and not may_run_yet(c)}
