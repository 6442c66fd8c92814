"""Both sides timed at one size after another, round after round, on any kind of racers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.race import messages
from grader.race.calibrate import count_calls, why_late
from grader.race.errors import MachineBusyError, RaceError, TimeUpError
from grader.race.exponents import ROUNDS, Round
from grader.race.lap import Watched, run_lap
from grader.race.referee import Referee
from grader.race.sizes import at_size, require_long_calls
from grader.sandbox import TimedOut, WorkerLostError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from grader.race.clock import Kind
    from grader.race.lap import Racer, Run
    from grader.race.rules import Rules
    from grader.race.workload import Arguments, Workload
    from grader.sandbox.deadline import Deadline

__all__ = ["Climb"]


@dataclass
class _Step:
    """One size: what is asked of it, and how many calls a lap has on either side."""

    size: int
    workload: Workload
    calls: int = 1
    share: int = 1


@dataclass
class Climb:
    """The laps of one growth on any kind of racers; `referee` has looked at every answer."""

    reference: Racer
    submission: Racer
    workload: Workload
    sizes: Sequence[int]
    rules: Rules
    rng: np.random.Generator
    deadline: Deadline
    kind: Kind = "cpu"

    def __post_init__(self) -> None:
        self.referee = Referee(self.workload)
        self._steps = [_Step(size, at_size(self.workload, size)) for size in self.sizes]
        self._step = self._steps[0]
        self._watched = Watched(self.submission, self.deadline)

    @property
    def size(self) -> int:
        """The size that is asked about now."""
        return self._step.size

    def hold(self) -> list[Round]:
        """Run as many rounds as a growth has, or as there is time for; at least one.

        Raises what a submission's call raises, and AssertionError for a wrong answer.
        """
        try:
            return self._run_rounds()
        except TimeUpError:
            raise self._why_no_round() from None
        except WorkerLostError as lost:
            why = why_late(lost.outcome, self.reference, self._draw(1), self.rules)
            if why:
                raise MachineBusyError(why) from lost
            raise

    def _run_rounds(self) -> list[Round]:
        rounds: list[Round] = []
        try:
            for step in self._steps:
                self._step = step
                self._prepare()
            while len(rounds) < ROUNDS and (not rounds or self.deadline.left() > 0):
                rounds += self._run_round()
        except TimeUpError:
            if not rounds:
                raise
        return rounds

    def _prepare(self) -> None:
        """Make the first calls of a size, and find out how many make a lap; none of it counts."""
        step = self._step
        self._run_lap()
        try:
            counted = count_calls(self.reference, self._draw, self.rules, self.kind)
        except RaceError as error:
            raise RaceError(f"growth: at size {step.size} {error}") from error
        step.calls = step.workload.calls or counted
        reference, _ = self._run_lap()
        require_long_calls(step.size, reference.seconds(self.kind))

    def _run_round(self) -> list[Round]:
        """Time all sizes once, in random order; no round where some lap does not count."""
        laps: dict[int, tuple[Run, Run]] = {}
        for place in self.rng.permutation(len(self._steps)):
            self._step = self._steps[place]
            laps[self.size] = self._run_lap()
        if any(run.spoiled for lap in laps.values() for run in lap):
            return []
        seconds = [[run.seconds(self.kind) for run in laps[size]] for size in self.sizes]
        reference, submission = zip(*seconds, strict=True)
        return [Round(submission, reference)]

    def _run_lap(self) -> tuple[Run, Run]:
        """Run (reference, submission) on fresh questions of the size, and check their answers."""
        step = self._step
        questions = self._draw(step.calls)
        pair = self.reference, self._watched
        reference, submission = run_lap(pair, questions, step.share, self._coin)
        self.referee.check_reference(questions, reference)
        self.referee.check(questions, submission, reference)
        step.share = self._share(reference, submission)
        return reference, submission

    def _share(self, reference: Run, submission: Run) -> int:
        """How many of a lap's questions the submission needs at its pace, to be timed as well."""
        step = self._step
        faster = reference.seconds(self.kind) / submission.seconds(self.kind)
        return step.workload.whole(min(step.calls, step.calls * faster))

    def _draw(self, calls: int) -> tuple[Arguments, ...]:
        return self._step.workload.batch(self.rng, calls)

    def _coin(self) -> bool:
        return bool(self.rng.integers(2))

    def _why_no_round(self) -> WorkerLostError | MachineBusyError:
        """Whose doing it is that the time was up before every size was timed once."""
        seconds = self.rules.seconds
        if self._watched.seconds > seconds / 2:
            return WorkerLostError(TimedOut(seconds, "wall", f"size {self.size}", "check"))
        return MachineBusyError(messages.time_up(seconds))
