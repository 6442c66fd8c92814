"""What is told of a class: what was understood before, and in twenty lines what it came to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from grader.course.exports import PROBLEMS
from grader.course.plan import may_run_yet
from grader.course.rows import count_statuses
from grader.course.students import shown
from grader.grade.points import show, total_points

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.course.intake import Intake
    from grader.course.rows import Row

_MOST = 5


def describe_intake(intake: Intake, keys: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each student, and what is to be known: what `--dry-run` shows."""
    yield f"names of {intake.service or 'no service: each is a student'}"
    for row in intake.students:
        attempt = row.attempt
        if attempt is None:
            yield f"{shown(row.id)}: nothing handed in"
            continue
        came = f", came {attempt.came.isoformat()}" if attempt.came else ""
        late = ", late" if attempt.is_late else ""
        name = f" ({shown(row.member.name)})" if row.member.name not in ("", row.id) else ""
        state = f": not read: it {attempt.problem}" if attempt.problem else ""
        earlier = f"; before it {len(row.earlier)} more" if row.earlier else ""
        yield f"{shown(row.id)}{name}: {attempt.name}{came}{late}{state}{earlier}"
        yield from (f"    {notice}" for notice in row.notices)
    yield from intake.notes
    yield f"{len(intake.students)} students, {len(keys)} to be graded or graded already"


def summarize(
    rows: Sequence[Row],
    *,
    changed: Mapping[str, tuple[float, float]],
    slowest: Sequence[tuple[str, float]],
    raced: Collection[str],
    places: Sequence[Path],
) -> Iterator[str]:
    """Yield at most twenty lines: counts, points, what went wrong, what is left, where it is."""
    counts = count_statuses({row.student: row.status for row in rows})
    told = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in counts.items())
    yield f"{len(rows)} student{'s' if len(rows) != 1 else ''}: {told or 'none'}"
    graded = [row.grade for row in rows if row.grade and row.status in ("graded", "partial")]
    if graded:
        points = sorted(total_points(grade).total for grade in graded)
        most = show(total_points(graded[0]).maximum)
        middle = show(points[len(points) // 2])
        yield f"points: {show(points[0])} to {show(points[-1])}, half at {middle}, of {most}"
    yield from _problems(rows)
    if starters := [row.student for row in rows if any("starter" in n for n in row.notices)]:
        yield f"handed in the starter: {_names(starters)}"
    if decided := [row.student for row in rows if row.decided]:
        yield f"decided by a person: {_names(decided)}"
    if waiting := _waiting(rows, raced):
        yield f"races left for the next run: {_names(waiting)}"
    for student, (was, now) in list(changed.items())[:_MOST]:
        yield f"graded again, and another score: {shown(student)}, {was:g} before and {now:g} now"
    if slowest:
        yield "slowest: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in slowest)
    yield from (f"written: {place}" for place in places)


def _problems(rows: Sequence[Row]) -> Iterator[str]:
    """Yield why rows have no grade, each reason once, the most frequent first."""
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row.status in ("withheld", "not_read"):
            reasons[row.status.replace("_", " "), row.why_not].append(row.student)
    ordered = sorted(reasons.items(), key=lambda one: -len(one[1]))
    for (status, why), students in ordered[:_MOST]:
        yield f"{status}: {_names(students)}: {why}"
    if rest := ordered[_MOST:]:
        yield f"and {sum(len(students) for _, students in rest)} more, told in {PROBLEMS}"


def _waiting(rows: Sequence[Row], raced: Collection[str]) -> list[str]:
    """Return the students of whom a race is still to be run."""
    return [
        row.student
        for row in rows
        if row.grade and any(c.name in raced and may_run_yet(c) for c in row.grade.checks)
    ]


def _names(students: Sequence[str]) -> str:
    more = f" and {len(students) - _MOST} more" if len(students) > _MOST else ""
    return ", ".join(map(shown, students[:_MOST])) + more
