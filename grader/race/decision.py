"""When a race may stop, and what is then said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.race import messages

if TYPE_CHECKING:
    from grader.grade.credit_line import CreditLine
    from grader.race.evidence import Evidence

__all__ = ["RaceDecision", "is_settled", "judge"]

STEADY = 0.02
"""A reference whose laps scatter by less counts as if by so much: not every honest one can."""

Decided = Literal["decided", "inconclusive", "referred", "too_noisy"]


@dataclass(frozen=True, slots=True)
class RaceDecision:
    """A decision, the credit that goes with it (None: a person or a quieter machine), and why."""

    decision: Decided
    credit: float | None
    note: str = ""


def is_settled(evidence: Evidence, line: CreditLine) -> bool:
    """Whether the whole interval is worth what the slowdown is, to a share of the points."""
    return line.is_settled(evidence.slowdown, evidence.interval())


def judge(
    evidence: Evidence, line: CreditLine, reference_pace: float, unused: float
) -> RaceDecision:
    """Say what the laps come to.

    ``reference_pace`` is its seconds a call before the race, ``unused`` the seconds for which the
    submission kept the race waiting outside its laps. First whether the times can be used at all,
    then whether a person has to look, and only then the credit: where the race is not settled, that
    of the median, or of the interval's worse end if it is the submission that kept it open.
    """
    unusable = _why_unusable(evidence, reference_pace)
    if unusable:
        return RaceDecision("too_noisy", None, unusable)
    suspect = _why_suspect(evidence)
    if suspect:
        return RaceDecision("referred", None, suspect)
    if is_settled(evidence, line):
        return RaceDecision("decided", line.credit(evidence.slowdown))
    interval, count = evidence.bounded_interval(), len(evidence.laps)
    kept_open = _why_kept_open(evidence, unused)
    if kept_open:
        note = messages.kept_open(interval, count, kept_open)
        return RaceDecision("inconclusive", line.credit(interval[1]), note)
    note = messages.inconclusive(interval, count)
    return RaceDecision("inconclusive", line.credit(evidence.slowdown), note)


def _why_kept_open(evidence: Evidence, unused: float) -> str:
    """Why it is the submission's doing that the interval is wide, or ""."""
    rules = evidence.rules
    if unused > rules.most_unused * rules.seconds:
        return messages.unused(unused, rules.seconds)
    beside = max(evidence.scatter("reference"), STEADY)
    if evidence.scatter("submission") > rules.most_scatter * beside:
        return messages.scattered(evidence.scatter("submission"), evidence.scatter("reference"))
    return ""


def _why_unusable(evidence: Evidence, reference_pace: float) -> str:
    rules = evidence.rules
    spoiled, laps = len(evidence.spoiled), len(evidence.laps)
    if not laps or spoiled > max(2, rules.most_spoiled * laps):
        return messages.spoiled(spoiled, spoiled + laps, evidence.spoiled[0].spoiled)
    pace = evidence.seconds("reference")
    if pace > rules.most_drift * reference_pace:
        return messages.reference_drifted(reference_pace, pace)
    if _idles(evidence) and evidence.waiting("reference") > rules.most_waiting:
        return messages.both_wait(evidence.idling(), evidence.waiting("reference"))
    return ""


def _idles(evidence: Evidence) -> bool:
    return evidence.kind == "cpu" and evidence.idling() > evidence.rules.most_waiting


def _why_suspect(evidence: Evidence) -> str:
    rules = evidence.rules
    if evidence.replay_gain() > rules.cached:
        return messages.cached(evidence.replay_gain(), len(evidence.replays))
    if _idles(evidence):
        return messages.waits(evidence.idling())
    if evidence.bounded_interval()[1] < 1 / rules.too_good:
        return messages.too_good(evidence.slowdown, rules.too_good)
    return ""
