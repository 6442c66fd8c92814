"""What is said of a grade and of a check, in sentences: the same words wherever it is told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from grader.grade import units
from grader.grade.points import PointTotals, round_half_up, show
from grader.grade.result import Decision, Verdict
from grader.reports.race_text import render_facts, render_standing

if TYPE_CHECKING:
    from grader.grade.late import Late
    from grader.grade.result import CheckResult, Grade


def headline(grade: Grade) -> str:
    """Return the first line: isolation, device and the seed's fingerprint."""
    return (
        f"{grade.assignment}: isolation {grade.isolation}, device {grade.device}, "
        f"seed {grade.seed_fingerprint}"
    )


def count_points(earned: int, possible: int) -> str:
    """Write how many hundredths there are of how many, as points."""
    return f"{show(earned)} of {show(possible)} points"


def show_score(score: float) -> str:
    """Write a float's number of points with at most two decimals, as every total is rounded."""
    return show(round_half_up(score * 100))


def describe_total(grade: Grade, totals: PointTotals) -> str:
    """Return the sentence that says what the grade is."""
    total = count_points(totals.total, totals.maximum)
    match grade.status:
        case "withheld":
            faults = sum(check.is_withheld for check in grade.checks)
            checks = "a check needs" if faults == 1 else f"{faults} checks need"
            return f"This grade is withheld: {checks} a person to look. No point is lost by that."
        case "partial":
            ran = show(round(grade.ran_max_score * 100))
            return f"{total}; what was run is worth {ran}."
        case _:
            return f"{total}."


def describe_verdict(check: CheckResult) -> str:
    """Return the verdict in words, with what a race or a partial credit adds to it."""
    words = check.verdict.words
    if _is_referred(check):
        words = "withheld until a person has looked"
    elif check.verdict is Verdict.wrong and (check.credit or _is_slow(check)):
        words = "in part" if check.credit else "too slow"
    if check.timing is not None and check.timing.laps:
        words = f"{words}, slowdown {units.times(check.timing.slowdown)}"
    return words


def _is_referred(check: CheckResult) -> bool:
    return check.timing is not None and check.timing.decision is Decision.referred


def _is_slow(check: CheckResult) -> bool:
    decided = (Decision.decided, Decision.inconclusive)
    return check.timing is not None and check.timing.decision in decided


def describe_late(late: Late | None, score: float) -> str:
    """Return what coming late did to the score, or nothing."""
    if late is None or not late.seconds_late:
        return ""
    deadline = f"your own deadline, {_moment(late)}" if late.own else _moment(late)
    came = f"handed in {_length(late.seconds_late)} after {deadline}"
    if not late.penalty:
        return f"{came}: no penalty"
    return f"{came}: {100 * late.penalty:.4g}% less than {show_score(score)}"


def _length(seconds: float) -> str:
    """Return a length of time as people say it."""
    minutes = int(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    return f"{seconds / 3600:.1f} hours" if minutes < 48 * 60 else f"{seconds / 86400:.1f} days"


def _moment(late: Late) -> str:
    """Return the deadline as a clock shows it there, with the zone or the offset."""
    try:
        deadline = datetime.fromisoformat(late.deadline)
    except ValueError:
        return late.deadline
    offset = deadline.isoformat()[-6:].replace("+00:00", "UTC")
    zone = f"({late.timezone})" if late.timezone else offset
    return f"{deadline:%Y-%m-%d %H:%M} {zone}"


def explain(check: CheckResult, *, drawn: bool = False) -> list[str]:
    """Return what there is to say of a lost check: its sentence, message, counterexample, race.

    ``drawn`` says that the race is also drawn, and needs no text.
    """
    parts = [check.sentence, check.message, check.counterexample or ""]
    if check.verdict is Verdict.missing and not check.message:
        parts[1] = "not started: the submission does not define what this check calls"
    if timing := check.timing:
        parts.append("" if timing.note in check.message else timing.note)
        parts.append(render_facts(timing) if drawn else render_standing(timing))
    return [part for part in parts if part.strip()]
