"""From a plan to grades in the store: jobs to an engine that has room, each kept as it comes."""

from __future__ import annotations

from collections import deque
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Protocol

from grader.course.engines.jobs import Job, Message, split_path
from grader.course.engines.steady import SteadyEngine
from grader.course.plan import join_grades, may_run_yet
from grader.course.store import Outcome
from grader.reports.record import parse_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.course.contents import Content
    from grader.course.engines.jobs import Engine
    from grader.course.plan import Plan, Work
    from grader.course.store import Store
    from grader.grade.hang import Hang
    from grader.grade.result import Grade

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
    start: Callable[[], Engine]
    content: Content
    watcher: Watcher
    _numbers: Iterator[int] = field(default_factory=count)

    def run(self, plan: Plan) -> None:
        """Grade everything: checks side by side, and then races, each alone on its machine."""
        total = len(plan.checks) + len(plan.races)
        if not total:
            return

        def tell(level: str) -> None:
            self.watcher.begin(total, level)

        with closing(SteadyEngine(self.start, tell)) as engine:
            self._turn(engine, deque(plan.checks))
            self._turn(engine, deque(plan.races), alone=True)

    def _turn(self, engine: Engine, left: deque[Work], *, alone: bool = False) -> None:
        """Grade what is left of one turn."""
        running: dict[int, Work] = {}
        while left or running:
            while left and engine.has_room(alone=alone):
                if self._is_of_use(work := left.popleft()):
                    job = self._job(work, alone=alone)
                    running[job.number] = work
                    engine.begin(job)
            for job, message in engine.hear(_LOOK_SECONDS):
                if message.is_last:
                    self._keep(running.pop(job.number), message)
                elif message.check is not None:
                    self.watcher.check(running[job.number], message.check.name)
            self.watcher.tick(list(running.values()))

    def _job(self, work: Work, *, alone: bool) -> Job:
        text, raw = split_path(str(work.attempt.path.absolute()))
        file, hangs = work.attempt.file, self._hangs_before(work)
        number = next(self._numbers)
        return Job(number, text, file, work.select, hangs, alone=alone, key=work.key, raw_path=raw)

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
