"""The race itself: warm up, race the reference against itself, then lap after lap until decided."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from grader.box import WorkerLost
from grader.grade import Decision, Timing
from grader.race import words
from grader.race.calibrate import (
    MachineBusy,
    RaceRefused,
    Twins,
    count_calls,
    race_twins,
    share_of,
    why_late,
    why_twins_differ,
)
from grader.race.evidence import Evidence
from grader.race.lap import Generation, Lap, run_lap
from grader.race.referee import Referee
from grader.race.replay import Replays
from grader.race.verdict import Finding, is_decided, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.race.clock import Kind
    from grader.race.rules import Rules
    from grader.race.staircase import Staircase
    from grader.race.workload import Arguments, Workload

__all__ = ["Contest", "Result"]

_FIRST_CALLS = 20  # one generation for every so many first calls that fit into the budget
_LEAST_SECONDS = 1e-6  # where a call cost no more than the request for it did before


@dataclass(frozen=True, slots=True)
class Result:
    """A race's timing, its credit (None: withheld, or not run) and a sentence for both."""

    timing: Timing
    credit: float | None
    message: str


@dataclass
class Contest:
    """One race between the submission and the reference, on any kind of racers."""

    generations: Sequence[Generation]
    workload: Workload
    stairs: Staircase
    rules: Rules
    rng: np.random.Generator
    kind: Kind = "cpu"
    notes: Sequence[str] = ()
    paces: Mapping[str, float] = field(default_factory=dict)
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._end = self.now() + self.rules.seconds
        self._evidence = Evidence(self.kind, self.rules)
        self._first_calls: dict[int, float] = {}
        self._calls = self.workload.calls
        self.referee = Referee(self.workload)

    def hold(self) -> Result:
        """Run it. Raises what a submission's call raises, and AssertionError for a wrong answer."""
        try:
            return self._hold()
        except MachineBusy as busy:
            why = str(busy)
        except WorkerLost as lost:
            why = why_late(lost.outcome, self.generations[0], self._draw(self._calls), self.rules)
            if not why:
                raise
        return self._result(Finding("too_noisy", None, why))

    def _hold(self) -> Result:
        twins = self._prepare()
        noisy = why_twins_differ(twins, self.rules) and why_twins_differ(
            twins := self._race_twins(), self.rules
        )
        if noisy:
            return self._noisy(twins, noisy)
        self._warm_up(0)
        self._run_laps()
        return self._result(judge(self._evidence, self.stairs, twins.seconds))

    def _prepare(self) -> Twins:
        for generation in self.generations:
            for racer in (generation.reference, generation.twin):
                questions = self._draw(1)
                self.referee.check_reference(questions, racer.run(questions))
        reference = self.generations[0].reference
        warm = self.now() + self.rules.warm_seconds
        while self.now() < warm:
            reference.run(self._draw(1))
        self._calls = self.workload.calls or count_calls(
            reference, self._draw, self.rules, self.kind
        )
        return self._race_twins()

    def _race_twins(self) -> Twins:
        return race_twins(
            self.generations,
            lambda: self._draw(self._calls),
            coin=self._coin,
            rules=self.rules,
            kind=self.kind,
            check=self.referee.check_reference,
        )

    def _warm_up(self, number: int) -> None:
        """Make one generation's first call, and one of every other kind: checked, not timed."""
        generation, questions = self.generations[number], self._draw(1)
        for some in filter(None, (questions[:1], questions[1:])):
            expected = generation.reference.run(some)
            run = generation.submission.run(some)
            self.referee.check(some, run, expected)
            self._first_calls.setdefault(number, run.spent.wall)

    def _run_laps(self) -> None:
        replays, used = Replays(self.rng), self._affordable()
        laps, share, turn = self._evidence.laps, self.workload.whole(1), 0
        while len(laps) < self.rules.looks[-1] and (not laps or self.now() < self._end):
            again = replays.choose(laps)
            number = again.generation if again else turn % used
            turn += not again
            lap = self._run_lap(number, share, again)
            self._evidence.add(lap)
            wanted = share_of(self._calls, lap.submission.seconds(self.kind), self.rules)
            share = self.workload.whole(wanted)
            if (
                not again
                and len(laps) in self.rules.looks
                and is_decided(self._evidence, self.stairs)
            ):
                return
            if len(self._evidence.spoiled) > max(len(laps), self.rules.looks[0]):
                return

    def _affordable(self) -> int:
        """How many generations there is time for: a slow submission's first calls are dear."""
        first = max(self._first_calls[0], _LEAST_SECONDS)
        return max(1, min(len(self.generations), int(self.rules.seconds / (_FIRST_CALLS * first))))

    def _run_lap(self, number: int, share: int, again: Lap | None) -> Lap:
        if number not in self._first_calls:
            self._warm_up(number)
        generation = self.generations[number]
        questions = again.batch if again else self._draw(self._calls)
        share = len(again.submission.answers) if again else share
        pair = (generation.reference, generation.submission)
        reference, submission = run_lap(pair, questions, share, self._coin)
        self.referee.check_reference(questions, reference)
        self.referee.check(questions, submission, reference)
        if again:
            self.referee.check_again(questions, submission, again.submission)
        return Lap(number, questions, reference, submission, replayed=again is not None)

    def _draw(self, calls: int) -> tuple[Arguments, ...]:
        try:
            return self.workload.batch(self.rng, calls)
        except AssertionError as error:
            raise RaceRefused(words.not_drawn(str(error))) from error

    def _coin(self) -> bool:
        return bool(self.rng.integers(2))

    def _noisy(self, twins: Twins, why: str) -> Result:
        evidence = Evidence(self.kind, self.rules)
        ratios = [float(np.exp(r)) for r in twins.log_ratios]
        timing = self._timing(
            evidence, Finding("too_noisy", None, why), median(ratios), (min(ratios), max(ratios))
        )
        return Result(timing, None, why)

    def _result(self, finding: Finding) -> Result:
        evidence = self._evidence
        if not evidence.laps:
            return Result(self._timing(evidence, finding, 1.0, (0.0, 1.0)), None, finding.note)
        slowdown, interval = evidence.slowdown, evidence.bounded_interval()
        timing = self._timing(evidence, finding, slowdown, interval)
        if finding.credit is None:
            return Result(timing, None, finding.note)
        seconds = timing.submission_seconds, timing.reference_seconds
        return Result(timing, finding.credit, words.summary(slowdown, interval, seconds))

    def _note(self, evidence: Evidence, finding: Finding) -> str:
        """All that the message does not say: why there is no decision, the wall, the remarks."""
        said = [finding.note] if finding.credit is not None else []
        if 0 < len(evidence.laps) < self.rules.looks[0]:
            said.append(words.few_laps(len(evidence.laps), self.rules.seconds))
        if self.kind == "cpu" and evidence.laps:
            sides = (evidence.seconds(side, "wall") for side in ("submission", "reference"))
            said.append(words.walls(*sides))
        return " ".join(filter(None, [*said, *self.notes]))

    def _timing(
        self,
        evidence: Evidence,
        finding: Finding,
        slowdown: float,
        interval: tuple[float, float],
    ) -> Timing:
        known = bool(evidence.laps)
        return Timing(
            slowdown=slowdown,
            interval=interval,
            laps=len(evidence.laps),
            decision=Decision(finding.decision),
            submission_seconds=evidence.seconds("submission") if known else 0.0,
            reference_seconds=evidence.seconds("reference") if known else 0.0,
            first_call_seconds=median(self._first_calls.values()) if self._first_calls else None,
            clock=self.kind,
            note=self._note(evidence, finding),
            paces=dict(self.paces),
            full=self.stairs.full,
            none=self.stairs.none,
            steps=self.stairs.steps,
        )
