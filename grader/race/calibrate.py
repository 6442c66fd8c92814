"""What the machine is good for: how many calls make a lap, can it tell 1 from 1, is it too busy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from grader.race import messages
from grader.race.evidence import spread
from grader.race.lap import Generation, Racer, Run, run_lap
from grader.sandbox import Died, TimedOut

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.race.clock import Kind
    from grader.race.rules import Rules
    from grader.race.workload import Arguments

__all__ = [
    "MachineBusyError",
    "RaceError",
    "Twins",
    "count_calls",
    "race_twins",
    "share_of",
    "why_late",
    "why_twins_differ",
]

_SPARE = 1.25  # aimed so far over `lap_seconds`: the next call may be a quicker one
_TRIES = 4


class RaceError(Exception):
    """The race cannot be held as the assignment asks; the message says why."""


class MachineBusyError(Exception):
    """Something took too long that does not on a quiet machine; the message says what, in full."""


@dataclass(frozen=True, slots=True)
class Twins:
    """The reference against itself: its log ratios and its median seconds a call."""

    log_ratios: tuple[float, ...]
    seconds: float


def count_calls(
    racer: Racer, batch: Callable[[int], Sequence[Arguments]], rules: Rules, kind: Kind
) -> int:
    """Return how many fresh calls take the reference at least ``lap_seconds``.

    Raises RaceError when ``most_calls`` of them do not. Where the time of a call swings so
    that no number settles, the last one stands.
    """
    calls = 1
    for _ in range(_TRIES):
        questions = batch(calls)
        calls = len(questions)
        seconds = racer.run(questions).seconds(kind)
        total = seconds * calls
        if total >= rules.lap_seconds:
            return calls
        if calls >= rules.most_calls and total * _SPARE < rules.lap_seconds:
            raise RaceError(messages.too_small(total, calls, rules.lap_seconds))
        calls = min(math.ceil(_SPARE * rules.lap_seconds / seconds), rules.most_calls)
    return calls


def share_of(calls: int, seconds: float, rules: Rules) -> float:
    """Return how many of a lap's calls a racer at this pace needs, to be timed as well."""
    return min(calls, rules.lap_seconds / seconds)


def race_twins(
    generations: Sequence[Generation],
    batch: Callable[[], tuple[Arguments, ...]],
    *,
    coin: Callable[[], bool],
    rules: Rules,
    kind: Kind,
    check: Callable[[Sequence[Arguments], Run], None],
) -> Twins:
    """Race the reference against its twin, in every generation by turns."""
    ratios, paces = [], []
    for number in range(rules.twin_laps):
        generation = generations[number % len(generations)]
        questions = batch()
        sides = run_lap((generation.reference, generation.twin), questions, len(questions), coin)
        for side in sides:
            check(questions, side)
        first, second = (side.seconds(kind) for side in sides)
        ratios.append(math.log(second / first))
        paces += [first, second]
    return Twins(tuple(ratios), median(paces))


def why_twins_differ(twins: Twins, rules: Rules) -> str:
    """Return why the machine is too noisy to grade speed on, or ""."""
    middle, wide = median(twins.log_ratios), spread(twins.log_ratios)
    if abs(middle) <= rules.twin_limit and wide <= rules.twin_spread:
        return ""
    return messages.twin_noisy(math.exp(middle), wide)


def why_late(
    outcome: TimedOut | Died, generation: Generation, questions: Sequence[Arguments], rules: Rules
) -> str:
    """Return why a submission is not to blame for an answer that did not come, or "".

    It is the machine where the reference, asked now, computes for little of its time.
    """
    if not (isinstance(outcome, TimedOut) and outcome.clock == "wall"):
        return ""
    try:
        spent = generation.reference.run(questions).spent
    except MachineBusyError as busy:
        return str(busy)
    if spent.cpu is None or spent.cpu >= rules.least_core * spent.wall:
        return ""
    return messages.late_answer(outcome.seconds, spent.cpu / spent.wall)
