"""Decisions made and taken back, in a folder of grades, with the files that tell of them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.assignment.folder import Assignment, load_assignment
from grader.assignment.nearest import did_you_mean
from grader.course.exports import write_exports
from grader.course.labels import plain
from grader.course.place import held
from grader.course.rows import Row, read_rows
from grader.course.shards import Shard
from grader.course.store import HumanDecision, Store, require_grades
from grader.course.students import shown
from grader.grade.late import format_time
from grader.grade.points import show, total_points
from grader.grade.sums import is_hundredths
from grader.source.handin import MisuseError
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path


def decide_check(folder: Path, student: str, check: str, points: float, why: str, who: str) -> str:
    """Keep a decision, and write the files anew; returns a line to print. Raises MisuseError."""
    student = plain(student)
    with _open(folder) as store:
        assignment = load_assignment(store.noted("folder"))
        _require("student", student, store.roll())
        _require("check", check, assignment.points)
        most = assignment.points[check]
        if not 0 <= points <= most or not is_hundredths(points):
            raise MisuseError(f"{check} is worth 0 to {most:g} points, in hundredths, not {points}")
        now, worth = format_time(datetime.now(UTC)), round(points, 2)
        store.decide(HumanDecision(student, check, worth, clean_line(why, 1000), who, now))
        row = _write(folder, store, assignment, student)
    return f"{check} of {shown(student)}: {points:g} of {most:g}, decided{_now(row)}"


def undo_decision(folder: Path, student: str, check: str) -> str:
    """Take a decision back, and write the files anew; returns a line to print."""
    student = plain(student)
    with _open(folder) as store:
        assignment = load_assignment(store.noted("folder"))
        if not store.undo(student, check):
            raise MisuseError(f"nothing was decided for {check} of {shown(student)}")
        row = _write(folder, store, assignment, student)
    return f"{check} of {shown(student)}: what was measured counts again{_now(row)}"


@contextmanager
def _open(folder: Path) -> Iterator[Store]:
    """Open the grades of a folder, which nobody else holds."""
    require_grades(folder)
    with held(folder), Store.open(folder) as store:
        yield store


def _write(folder: Path, store: Store, assignment: Assignment, student: str) -> Row | None:
    """Write the files anew; return the student's row, of who is in the class still."""
    shard = Shard.read(store.noted("shard") or "1/1")
    rows = [row for row in read_rows(store, assignment) if shard.has(row.about.attempt)]
    write_exports(folder, assignment, rows, store.noted("service"))
    return next((row for row in rows if row.student == student), None)


def _now(row: Row | None) -> str:
    if row is None:
        return "; who is not in the class any more"
    if row.grade is None or row.status == "withheld":
        return f"; the grade is {row.status.replace('_', ' ')}"
    return f"; {show(total_points(row.grade).total)} points in all"


def _require(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise MisuseError(f"there is no {what} {shown(name)} here{did_you_mean(name, known)}")
