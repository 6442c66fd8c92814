"""Many gradings by the engine of a class: side by side, each in a process forked for it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from grader.course.engines.jobs import Job
from grader.course.engines.steady import SteadyEngine
from grader.course.engines.unedited import Unedited
from grader.grade.result import Verdict
from grader.reports.record import parse_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.course.engines.jobs import Message, Settings
    from grader.grade.result import Grade

_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Trial:
    """One grading to make: of a file, as if it were called `name`, by some checks in an order.

    `subject` is what it is about, for whoever asked. The rest is as in a `Job`.
    """

    subject: Any
    path: Path
    name: str
    select: tuple[str, ...]
    seed: int | None = None
    share: float = 1.0
    until_lost: bool = False
    reference: bool = False

    def job(self, number: int) -> Job:
        """Return it as the engine takes it."""
        return Job(
            number,
            str(self.path),
            self.name,
            self.select,
            seed=self.seed,
            share=self.share,
            until_lost=self.until_lost,
            reference=self.reference,
        )


@dataclass(frozen=True)
class Tried:
    """What a trial came to: a grade, or why there is none."""

    trial: Trial
    grade: Grade | None = None
    problem: str = ""

    @property
    def withheld(self) -> dict[str, str]:
        """What checks say that withhold the grade: a fault of the suite's, or of ours."""
        checks = self.grade.checks if self.grade else ()
        return {c.name: c.message for c in checks if c.verdict is Verdict.grader_error}

    @property
    def lost(self) -> dict[str, str]:
        """What was lost, also with what it builds on, with the verdict and what was said."""
        chosen = self.trial.select
        checks = self.grade.checks if self.grade else ()
        return {
            check.name: f"{check.verdict.words} {check.message}".strip()
            for check in checks
            if check.name in chosen and check.is_decided and check.credit < 1
        }

    @property
    def earned(self) -> dict[str, float]:
        """The points of each check that earned some."""
        checks = self.grade.checks if self.grade else ()
        return {check.name: check.score for check in checks if check.score}

    @property
    def not_run(self) -> dict[str, str]:
        """Why checks that were chosen could not be run; those after an end are none."""
        checks = self.grade.checks if self.grade else ()
        if self.trial.until_lost and self.lost:
            return {}
        chosen = self.trial.select
        waited = (c for c in checks if c.name in chosen and not c.is_decided)
        return {check.name: check.message or check.verdict.words for check in waited}


class Trials:
    """Makes gradings with one engine, so many at a time. Raises EngineError, as the engine does."""

    def __init__(self, settings: Settings) -> None:
        self.jobs = settings.jobs
        self._engine = SteadyEngine(Unedited(settings).start)
        self._numbers = count()

    def run(self, trials: Iterable[Trial], jobs: int = 0) -> Iterator[Tried]:
        """Yield what each came to, as it comes; the next is asked for when there is room for it.

        One whose process ended without a word is made once more.
        """
        waiting, running = iter(trials), dict[int, Trial]()
        while True:
            while len(running) < (jobs or self.jobs) and self._engine.has_room():
                trial = next(waiting, None)
                if trial is None:
                    break
                number = next(self._numbers)
                running[number] = trial
                self._engine.begin(trial.job(number))
            if not running:
                return
            for job, message in self._engine.hear(_LOOK_SECONDS):
                if message.is_last:
                    yield _tried(running.pop(job.number), message)

    def close(self) -> None:
        """End the engine, with all that it runs."""
        self._engine.close()


def _tried(trial: Trial, message: Message) -> Tried:
    if problem := message.problem or message.fault:
        return Tried(trial, problem=problem)
    return Tried(trial, parse_json(message.grade.encode()))
