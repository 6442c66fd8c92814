"""What a core is good for: how many calls make a lap, can it tell 1 from 1, is it too busy."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Protocol

from grader.grade.credit_line import SLACK
from grader.race import messages
from grader.race.errors import MachineBusyError, RaceError, TimeUpError
from grader.race.evidence import spread
from grader.race.interval import layout_margin
from grader.race.lap import Generation, Racer, Run, run_lap
from grader.sandbox import Died, TimedOut

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.grade.credit_line import CreditLine
    from grader.race.clock import Kind
    from grader.race.rules import Rules
    from grader.race.workload import Arguments

__all__ = [
    "Calibration",
    "Memory",
    "agrees",
    "calibrate",
    "count_calls",
    "race_twins",
    "why_late",
    "why_noisy",
]

_SPARE = 1.25  # aimed so far over `least_lap`: the next call may be a quicker one
_TRIES = 4
_REACH = 1.5  # spreads from the median to the outermost of eight laps, or nearly
_SAME_PACE = 1.25  # beyond it a pace that was kept is another core's, or another load's


@dataclass(frozen=True, slots=True)
class Calibration:
    """The reference against itself on a core: median log ratio, spread of the laps, seconds a call.

    ``calls`` is how many of them make a lap.
    """

    calls: int
    seconds: float
    log_ratio: float
    spread: float

    def share_of(self, seconds: float) -> float:
        """How many of a lap's calls a racer at this pace needs, to be timed as well."""
        return min(self.calls, self.calls * self.seconds / seconds)

    def beside(self, seconds: float, rules: Rules) -> int:
        """How many calls the reference makes in a lap beside a racer at this pace.

        Beside one whose single call outlasts a lap it makes more, for half as long: that costs
        little, and a ratio is as noisy as its noisier side.
        """
        longest = min(seconds / 2, rules.longest_beside)
        return max(self.calls, min(int(longest / self.seconds), rules.most_calls))


class Memory(Protocol):
    """Where the calibration of a core is kept for the next race."""

    def recall(self) -> Calibration | None:
        """Return what was kept, if it is of this core and not too old."""
        ...

    def keep(self, calibration: Calibration) -> None:
        """Keep a calibration."""
        ...


def calibrate(
    racer: Racer,
    batch: Callable[[int], Sequence[Arguments]],
    twins: Callable[[int, int], Calibration],
    *,
    line: CreditLine,
    rules: Rules,
    kind: Kind,
    calls: int,
) -> Calibration:
    """Measure a core: ``twins(calls, laps)`` races the reference against itself.

    A lap is at first as short as can be timed; where laps so short scatter by more than settles the
    credit at the first look it becomes as long as that needs. ``calls`` fixes it, if it is not 0.
    """
    counted = calls or count_calls(racer, batch, rules, kind)
    found = twins(counted, rules.twin_laps)
    if why_noisy(found, rules):
        found = twins(counted, rules.twin_laps)
    return found if calls else replace(found, calls=_lengthened(found, line, rules))


def _lengthened(found: Calibration, line: CreditLine, rules: Rules) -> int:
    """How many calls a lap needs, for the first look to settle the credit."""
    margin = layout_margin(rules.generations)
    enough = (SLACK * line.length - margin) / _REACH
    longest = min(max(found.calls, int(rules.longest_lap / found.seconds)), rules.most_calls)
    if enough <= 0:
        return longest
    wanted = math.ceil(found.calls * (found.spread / enough) ** 2)
    return min(max(wanted, found.calls), longest)


def count_calls(
    racer: Racer, batch: Callable[[int], Sequence[Arguments]], rules: Rules, kind: Kind
) -> int:
    """Return how many fresh calls take the reference at least ``least_lap`` seconds.

    Raises RaceError when ``most_calls`` of them do not. Where the time of a call swings so
    that no number settles, the last one stands.
    """
    calls = 1
    for _ in range(_TRIES):
        questions = batch(calls)
        calls = len(questions)
        seconds = racer.run(questions).seconds(kind)
        total = seconds * calls
        if total >= rules.least_lap:
            return calls
        if calls >= rules.most_calls and total * _SPARE < rules.least_lap:
            raise RaceError(messages.too_small(total, calls, rules.least_lap))
        calls = min(math.ceil(_SPARE * rules.least_lap / seconds), rules.most_calls)
    return calls


def race_twins(
    generation: Generation,
    batch: Callable[[], tuple[Arguments, ...]],
    laps: int,
    *,
    coin: Callable[[], bool],
    kind: Kind,
    check: Callable[[Sequence[Arguments], Run], None],
) -> Calibration:
    """Race the reference against its twin for so many laps."""
    ratios, paces, calls = [], [], 1
    for _ in range(laps):
        questions = batch()
        calls = len(questions)
        sides = run_lap((generation.reference, generation.twin), questions, calls, coin)
        for side in sides:
            check(questions, side)
        first, second = (side.seconds(kind) for side in sides)
        ratios.append(math.log(second / first))
        paces += [first, second]
    return Calibration(calls, median(paces), median(ratios), spread(ratios))


def agrees(kept: Calibration, pair: Calibration, rules: Rules) -> bool:
    """Whether one pair looks as if the core were still what it was when it was calibrated."""
    reach = max(rules.twin_limit, 3 * kept.spread)
    same = abs(math.log(pair.seconds / kept.seconds)) <= math.log(_SAME_PACE)
    return same and abs(pair.log_ratio - kept.log_ratio) <= reach


def why_noisy(twins: Calibration, rules: Rules) -> str:
    """Return why the machine is too noisy to grade speed on, or ""."""
    if abs(twins.log_ratio) <= rules.twin_limit and twins.spread <= rules.twin_spread:
        return ""
    return messages.twin_noisy(math.exp(twins.log_ratio), twins.spread)


def why_late(
    outcome: TimedOut | Died, reference: Racer, questions: Sequence[Arguments], rules: Rules
) -> str:
    """Return why a submission is not to blame for an answer that did not come, or "".

    It is the machine where the reference, asked now, gets the core for little of the time for which
    it wants it. The way of a question and of its answer is left out: beside a short call it is most
    of the time, and it keeps nobody from answering.
    """
    if not (isinstance(outcome, TimedOut) and outcome.clock == "wall"):
        return ""
    try:
        spent = reference.run(questions).spent
    except MachineBusyError as busy:
        return str(busy)
    except TimeUpError:
        return ""
    if spent.cpu is None:
        return ""
    wanted = spent.wall if spent.queued is None else spent.cpu + spent.queued
    share = spent.cpu / max(wanted, 1e-9)
    return "" if share >= rules.least_core else messages.late_answer(outcome.seconds, share)
