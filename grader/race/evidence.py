"""What the laps of a race so far say, in numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from grader.race.interval import layout_margin, sign_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.race.clock import Kind
    from grader.race.lap import Lap, Run
    from grader.race.rules import Rules

__all__ = ["Evidence", "spread"]

FEW_LAPS_FACTOR = 1.25  # the range of too few laps is widened by this much each way


@dataclass
class Evidence:
    """The laps of one race, those that count and those that only tell."""

    kind: Kind
    rules: Rules
    laps: list[Lap] = field(default_factory=list)
    replays: list[Lap] = field(default_factory=list)
    spoiled: list[Lap] = field(default_factory=list)

    def add(self, lap: Lap) -> None:
        """Keep a lap where it belongs."""
        kept = self.spoiled if lap.spoiled else self.replays if lap.replayed else self.laps
        kept.append(lap)

    @property
    def log_ratios(self) -> list[float]:
        """The log ratios of the laps that count, in the order in which they were run."""
        return [lap.log_ratio(self.kind) for lap in self.laps]

    @property
    def slowdown(self) -> float:
        """The median ratio."""
        return math.exp(median(self.log_ratios))

    def interval(self) -> tuple[float, float]:
        """Return the slowdown's interval at one look's level; (0, inf) while it has no bounds."""
        generations = len({lap.generation for lap in self.laps})
        margin = layout_margin(generations)
        low, high = sign_interval(self.log_ratios, self.rules.alpha_per_look, margin)
        return math.exp(low), math.exp(high)

    def bounded_interval(self) -> tuple[float, float]:
        """Return the interval, or the range of the laps, widened, when they are too few for one."""
        low, high = self.interval()
        if math.isfinite(high):
            return low, high
        ratios = self.log_ratios
        return math.exp(min(ratios)) / FEW_LAPS_FACTOR, math.exp(max(ratios)) * FEW_LAPS_FACTOR

    def seconds(self, side: str, kind: Kind | None = None) -> float:
        """Median seconds a call of "reference" or "submission", by the race's clock or another."""
        return median(run.seconds(kind or self.kind) for run in self._runs(side))

    def scatter(self, side: str) -> float:
        """How widely one side's seconds a call differ from lap to lap (log, robust)."""
        return spread([math.log(run.seconds(self.kind)) for run in self._runs(side)])

    def waited(self, side: str) -> float:
        """Seconds of all of one side's laps in which it did not even want the core."""
        return sum(run.spent.waited or 0.0 for run in self._runs(side))

    def waiting(self, side: str) -> float:
        """Share of one side's wall time in which it did not even want the core."""
        shares = [_waiting(run) for run in self._runs(side)]
        return median(shares) if shares else 0.0

    def idling(self) -> float:
        """Share of the submission's wall time for which it waited, beyond what the reference did.

        Both wait while their answers travel and while the grader is kept from its core.
        """
        shares = [_idling(lap) for lap in self.laps]
        return median(shares) if shares else 0.0

    def replay_gain(self) -> float:
        """How many times faster repeated questions were answered; 1 while too few to say."""
        if len(self.replays) < 2:
            return 1.0
        again = median(lap.log_ratio(self.kind) for lap in self.replays)
        return math.exp(median(self.log_ratios) - again)

    def _runs(self, side: str) -> list[Run]:
        return [getattr(lap, side) for lap in self.laps]


def spread(values: Sequence[float]) -> float:
    """Robust standard deviation: 1.4826 times the median distance from the median."""
    middle = median(values)
    # Of normal noise this is the standard deviation.
    return 1.4826 * median(abs(v - middle) for v in values)


def _idling(lap: Lap) -> float:
    runs = lap.submission, lap.reference
    mine, beside = ((run.spent.waited or 0.0) / len(run.answers) for run in runs)
    whole = lap.submission.spent.wall / len(lap.submission.answers)
    return max(mine - beside, 0.0) / whole if whole else 0.0


def _waiting(run: Run) -> float:
    waited = run.spent.waited
    return waited / run.spent.wall if waited is not None and run.spent.wall else 0.0
