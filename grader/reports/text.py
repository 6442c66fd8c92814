"""A grade as plain text: who graded and how, a table of checks, then every lost point explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from grader.grade.points import PointTotals, show, total_points
from grader.grade.result import Decision, Verdict
from grader.reports.cleaning import clean_grade
from grader.reports.race_picture import render_facts
from grader.reports.race_picture import render_text as render_stairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.grade.late import Late
    from grader.grade.result import CheckResult, Grade


@dataclass(frozen=True, slots=True)
class Row:
    """One check as every report shows it: points as texts, and the check itself."""

    check: CheckResult
    earned: str
    possible: str
    verdict: str


def make_rows(grade: Grade, totals: PointTotals) -> list[Row]:
    """Return a row for each check, in the order of the suite; points before any penalty."""
    return [
        Row(check, show_score(check.score), show(possible), describe_verdict(check))
        for check, possible in zip(grade.checks, totals.possible, strict=True)
    ]


def show_score(score: float) -> str:
    """Write a float's number of points with at most two decimals."""
    return f"{score:.2f}".rstrip("0").rstrip(".")


def describe_verdict(check: CheckResult) -> str:
    """Return the verdict in words, with what a race or a partial credit adds to it."""
    words = check.verdict.words
    if _is_referred(check):
        words = "withheld until a person has looked"
    elif check.verdict is Verdict.wrong and (check.credit or _is_slow(check)):
        words = "in part" if check.credit else "too slow"
    if check.timing is not None and check.timing.laps:
        words = f"{words}, slowdown {check.timing.slowdown:.3g}"
    return words


def _is_referred(check: CheckResult) -> bool:
    return check.timing is not None and check.timing.decision is Decision.referred


def _is_slow(check: CheckResult) -> bool:
    decided = (Decision.decided, Decision.inconclusive)
    return check.timing is not None and check.timing.decision in decided


def headline(grade: Grade) -> str:
    """Return the first line: isolation, device and the seed's fingerprint."""
    return (
        f"{grade.assignment}: isolation {grade.isolation}, device {grade.device}, "
        f"seed {grade.seed_fingerprint}"
    )


def describe_total(grade: Grade, totals: PointTotals) -> str:
    """Return the sentence that says what the grade is."""
    total = f"{show(totals.total)} of {show(totals.maximum)} points"
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


def describe_late(late: Late | None, score: float) -> str:
    """Return what coming late did to the score, or nothing."""
    if late is None or not late.seconds_late:
        return ""
    deadline = f"your own deadline, {_moment(late)}" if late.own else _moment(late)
    came = f"handed in {_length(late.seconds_late)} after {deadline}"
    if not late.penalty:
        return f"{came}: within the grace, no penalty"
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


def lost_checks(grade: Grade) -> list[CheckResult]:
    """Return the checks that were asked and did not earn all that they are worth, in order."""
    return [check for check in grade.checks if not check.is_full and check.was_asked]


def render_table(grade: Grade) -> str:
    """Return the report as plain text without what was lost and why."""
    grade = clean_grade(grade)
    return "\n".join(_summary(grade, total_points(grade))) + "\n"


def render_text(grade: Grade) -> str:
    """Return the whole report as plain text without colour."""
    grade = clean_grade(grade)
    totals = total_points(grade)
    return "\n".join(_lines(grade, totals)) + "\n"


def _lines(grade: Grade, totals: PointTotals) -> Iterator[str]:
    yield from _summary(grade, totals)
    for check in lost_checks(grade):
        yield from _explain(check)


def _summary(grade: Grade, totals: PointTotals) -> Iterator[str]:
    yield headline(grade)
    yield f"{grade.title}: {grade.submission.name}"
    yield from (f"note: {notice}" for notice in grade.notices)
    yield ""
    yield from _table(make_rows(grade, totals))
    yield ""
    yield describe_total(grade, totals)
    if late := describe_late(grade.late, grade.score):
        yield late


def _table(rows: list[Row]) -> Iterator[str]:
    name = max([5, *(len(row.check.name) for row in rows)])
    left = max([0, *(len(row.earned) for row in rows)])
    right = max([0, *(len(row.possible) for row in rows)])
    width = max(6, left + right + 3)
    yield f"{'check':{name}}  {'points':>{width}}  verdict"
    for row in rows:
        points = f"{row.earned:>{left}} / {row.possible:>{right}}"
        yield f"{row.check.name:{name}}  {points:>{width}}  {row.verdict}"


def _explain(check: CheckResult) -> Iterator[str]:
    yield ""
    yield f"{check.name}: {describe_verdict(check)}"
    for text in explanation(check):
        yield from (f"    {line}".rstrip() for line in text.splitlines())


def explanation(check: CheckResult, *, drawn: bool = False) -> list[str]:
    """Return what there is to say of a lost check: its sentence, message, counterexample, race.

    ``drawn`` says that the race's staircase is also drawn, and needs no text.
    """
    parts = [check.sentence, check.message, check.counterexample or ""]
    if check.verdict is Verdict.missing and not check.message:
        parts[1] = "not started: the submission does not define what this check calls"
    if timing := check.timing:
        parts.append("" if timing.note in check.message else timing.note)
        parts.append(render_facts(timing) if drawn else render_stairs(timing))
    return [part for part in parts if part.strip()]
