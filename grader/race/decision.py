"""When a race may stop, and what is then said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.race import messages

if TYPE_CHECKING:
    from grader.grade.staircase import Staircase
    from grader.race.evidence import Evidence

__all__ = ["RaceDecision", "is_decided", "judge"]

Decided = Literal["decided", "inconclusive", "referred", "too_noisy"]


@dataclass(frozen=True, slots=True)
class RaceDecision:
    """A decision, the credit that goes with it (None: a person or a quieter machine), and why."""

    decision: Decided
    credit: float | None
    note: str = ""


def is_decided(evidence: Evidence, stairs: Staircase) -> bool:
    """Whether the whole interval lies within one step of credit."""
    low, high = evidence.interval()
    return stairs.step(low) == stairs.step(high)


def judge(evidence: Evidence, stairs: Staircase, reference_pace: float) -> RaceDecision:
    """Say what the laps come to. ``reference_pace``: its seconds a call before the race.

    First whether the times can be used at all, then whether a person has to look,
    and only then the credit. An interval that lies across an edge gets the better step.
    """
    unusable = _why_unusable(evidence, reference_pace)
    if unusable:
        return RaceDecision("too_noisy", None, unusable)
    suspect = _why_suspect(evidence)
    if suspect:
        return RaceDecision("referred", None, suspect)
    if is_decided(evidence, stairs):
        return RaceDecision("decided", stairs.credit(evidence.slowdown))
    low, high = evidence.bounded_interval()
    edge = stairs.nearest_edge(evidence.slowdown)
    note = messages.inconclusive((low, high), edge, len(evidence.laps))
    return RaceDecision("inconclusive", stairs.credit(low), note)


def _why_unusable(evidence: Evidence, reference_pace: float) -> str:
    rules = evidence.rules
    spoiled, laps = len(evidence.spoiled), len(evidence.laps)
    if not laps or spoiled > max(2, rules.most_spoiled * laps):
        return messages.spoiled(spoiled, spoiled + laps, evidence.spoiled[0].spoiled)
    pace = evidence.seconds("reference")
    if pace > rules.most_drift * reference_pace:
        return messages.reference_drifted(reference_pace, pace)
    if _waits(evidence) and evidence.waiting("reference") > rules.most_waiting / 2:
        return messages.both_wait(evidence.waiting(), evidence.waiting("reference"))
    return ""


def _waits(evidence: Evidence) -> bool:
    return evidence.kind == "cpu" and evidence.waiting() > evidence.rules.most_waiting


def _why_suspect(evidence: Evidence) -> str:
    rules = evidence.rules
    if evidence.replay_gain() > rules.cached:
        return messages.cached(evidence.replay_gain(), len(evidence.replays))
    if _waits(evidence):
        return messages.waits(evidence.waiting())
    if evidence.bounded_interval()[1] < 1 / rules.too_good:
        return messages.too_good(evidence.slowdown, rules.too_good)
    return ""
