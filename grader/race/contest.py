"""The race itself: calibrate the core, warm up, then lap after lap until the credit is settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.race import messages
from grader.race.calibrate import (
    Calibration,
    agrees,
    calibrate,
    race_twins,
    why_late,
    why_noisy,
)
from grader.race.decision import RaceDecision, is_settled, judge
from grader.race.errors import MachineBusyError, TimeUpError
from grader.race.evidence import Evidence
from grader.race.lap import Generation, Lap, Racer, Run, Watched, run_lap
from grader.race.referee import Referee
from grader.race.replay import Replays
from grader.race.result import Result, write_result
from grader.sandbox import TimedOut, WorkerLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np

    from grader.grade.credit_line import CreditLine
    from grader.race.calibrate import Memory
    from grader.race.clock import Kind
    from grader.race.rules import Rules
    from grader.race.workload import Arguments, Workload
    from grader.sandbox.deadline import Deadline

__all__ = ["Contest"]

_FIRST_CALLS = 20  # one generation for every so many first calls that fit into the budget
_LEAST_SECONDS = 1e-6  # where a call cost no time that a clock shows


@dataclass
class Contest:
    """One race between the submission and the reference, on any kind of racers."""

    generations: Sequence[Generation]
    workload: Workload
    line: CreditLine
    rules: Rules
    rng: np.random.Generator
    deadline: Deadline
    kind: Kind = "cpu"
    memory: Memory | None = None
    notes: Sequence[str] = ()
    paces: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._evidence = Evidence(self.kind, self.rules)
        self._first_calls: dict[int, float] = {}
        self._outside = {"submission": 0.0, "reference": 0.0}
        self.referee = Referee(self.workload)

    def hold(self) -> Result:
        """Run it. Raises what a submission's call raises, and AssertionError for a wrong answer."""
        try:
            return self._hold()
        except MachineBusyError as busy:
            why = str(busy)
        except TimeUpError:
            if self._unused() > self.rules.most_unused * self.rules.seconds:
                late = TimedOut(self.rules.seconds, "wall", "", "race")
                raise WorkerLostError(late) from None
            why = messages.time_up(self.rules.seconds)
        except WorkerLostError as lost:
            questions = self._draw(self.workload.calls or 1)
            why = why_late(lost.outcome, self.generations[0].reference, questions, self.rules)
            if not why:
                raise
        return self._result(RaceDecision("too_noisy", None, why))

    def _hold(self) -> Result:
        core = self._calibrate()
        if noisy := why_noisy(core, self.rules):
            return self._result(RaceDecision("too_noisy", None, noisy))
        self._warm_up(0, core)
        self._run_laps(core)
        return self._result(judge(self._evidence, self.line, core.seconds, self._unused()))

    def _calibrate(self) -> Calibration:
        """Recall what this core is good for, if one pair agrees; or find it out, and keep it."""
        first = self.generations[0]
        for racer in (first.reference, first.twin):
            questions = self._draw(1)
            self.referee.check_reference(questions, self._first_call(racer, questions, "reference"))
        warm = self.deadline.left() - self.rules.warm_seconds
        while self.deadline.left() > warm:
            first.reference.run(self._draw(1))
        kept = self.memory.recall() if self.memory else None
        if kept is not None:
            self._race_twins(kept.calls, 1)  # before it the caches are cold, and calls are slower
            if agrees(kept, self._race_twins(kept.calls, 1), self.rules):
                return kept
        found = calibrate(
            first.reference,
            self._draw,
            self._race_twins,
            line=self.line,
            rules=self.rules,
            kind=self.kind,
            calls=self.workload.calls,
        )
        if self.memory is not None and not why_noisy(found, self.rules):
            self.memory.keep(found)
        return found

    def _race_twins(self, calls: int, laps: int) -> Calibration:
        return race_twins(
            self.generations[0],
            lambda: self._draw(calls),
            laps,
            coin=self._coin,
            kind=self.kind,
            check=self.referee.check_reference,
        )

    def _warm_up(self, number: int, core: Calibration) -> None:
        """Make one generation's first call, one of every other kind, and if that was quick a lap.

        All of it is checked and none of it timed: code and data come into the caches by it.
        """
        generation, questions = self.generations[number], self._draw(1)
        for some in filter(None, (questions[:1], questions[1:])):
            expected = self._first_call(generation.reference, some, "reference")
            self.referee.check_reference(some, expected)
            run = self._first_call(generation.submission, some, "submission")
            self.referee.check(some, run, expected)
            self._first_calls.setdefault(number, run.spent.wall)
        if self._first_calls[number] * _FIRST_CALLS < self.rules.seconds:
            seconds = run.seconds(self.kind)
            self._practise(generation, core.beside(seconds, self.rules), core.share_of(seconds))

    def _practise(self, generation: Generation, calls: int, share: float) -> None:
        questions, some = self._draw(calls), self.workload.whole(share)
        expected, run = self._run_pair(generation, questions, some, lambda: True)
        self.referee.check_reference(questions[:some], expected)
        self.referee.check(questions, run, expected)
        for side, spent in (("reference", expected.spent), ("submission", run.spent)):
            self._outside[side] += spent.waited or 0.0

    def _first_call(self, racer: Racer, questions: Sequence[Arguments], side: str) -> Run:
        """Ask what is not timed, and note how long the race waited for it, start included."""
        before = self.deadline.left()
        try:
            return racer.run(questions)
        finally:
            self._outside[side] += before - self.deadline.left()

    def _run_pair(
        self,
        generation: Generation,
        questions: Sequence[Arguments],
        share: int,
        coin: Callable[[], bool],
    ) -> tuple[Run, Run]:
        """Run both sides of a lap; one in which the time runs out is noted with its seconds.

        Those are waited for in vain, but for what the submission's longest turn yet has taken: who
        is slow may well be cut off, and who has no lap to show was all that the race waited for.
        """
        watched = Watched(generation.submission, self.deadline)
        try:
            return run_lap((generation.reference, watched), questions, share, coin)
        except TimeUpError:
            usual = max((lap.submission.spent.wall for lap in self._evidence.laps), default=0.0)
            self._outside["submission"] += max(0.0, watched.seconds - usual)
            raise

    def _unused(self) -> float:
        """Seconds for which the submission kept the race waiting, beyond what the reference did."""
        outside, waited = self._outside, self._evidence.waited
        beyond = outside["submission"] - outside["reference"]
        return beyond + waited("submission") - waited("reference")

    def _run_laps(self, core: Calibration) -> None:
        """Run laps until the credit is settled or the time is up; one has to be whole."""
        replays, laps = Replays(self.rng), self._evidence.laps
        calls, share, turn, rules = core.calls, self.workload.whole(1), 0, self.rules
        try:
            while len(laps) < rules.looks[-1] and self.deadline.left() > 0:
                again = replays.choose(laps)
                number = again.generation if again else turn % self._affordable()
                turn += not again
                if number not in self._first_calls:
                    self._warm_up(number, core)
                lap = self._run_lap(number, calls, share, again)
                self._evidence.add(lap)
                seconds = lap.submission.seconds(self.kind)
                calls = core.beside(seconds, rules)
                share = self.workload.whole(core.share_of(seconds))
                looks = not again and len(laps) in rules.looks
                if looks and is_settled(self._evidence, self.line):
                    return
                if len(self._evidence.spoiled) > max(len(laps), rules.looks[0]):
                    return
        except TimeUpError:
            if not laps:
                raise
        if not laps:
            raise TimeUpError

    def _affordable(self) -> int:
        """How many generations there is time for: a slow submission's first calls are dear."""
        first = max(self._first_calls[0], _LEAST_SECONDS)
        affordable = int(self.rules.seconds / (_FIRST_CALLS * first))
        return max(1, min(len(self.generations), affordable))

    def _run_lap(self, number: int, calls: int, share: int, again: Lap | None) -> Lap:
        """Run a lap; of the reference's answers those are checked that the submission has to give.

        The others are there to be timed: it is ours, and right wherever it was looked at.
        """
        generation = self.generations[number]
        questions = again.batch if again else self._draw(calls)
        share = len(again.submission.answers) if again else share
        reference, submission = self._run_pair(generation, questions, share, self._coin)
        self.referee.check_reference(questions[:share], reference)
        self.referee.check(questions, submission, reference)
        if again:
            self.referee.check_again(questions, submission, again.submission)
        checked = reference.without_answers()
        return Lap(number, questions, checked, submission, replayed=again is not None)

    def _draw(self, calls: int) -> tuple[Arguments, ...]:
        return self.workload.batch(self.rng, calls)

    def _coin(self) -> bool:
        return bool(self.rng.integers(2))

    def _result(self, finding: RaceDecision) -> Result:
        return write_result(
            finding, self._evidence, self.line, self._first_calls.values(), self.notes, self.paces
        )
