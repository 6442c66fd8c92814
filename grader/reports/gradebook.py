"""A gradebook as CSV: one row a submission; and the form that Canvas imports."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.reports.ledger import make_ledger, show
from grader.reports.quoting import clean_line, guard_cell
from grader.reports.record import clean_grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.grade import Grade

COLUMNS = (
    "student_id",
    "assignment",
    "score",
    "max_score",
    "status",
    "graded_at",
    "submission_sha256",
)
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def render_gradebook(grades: Iterable[tuple[str, Grade]]) -> str:
    """Return the gradebook of (student, grade) pairs: the common columns, then one a check.

    The score of a withheld grade is left empty.
    """
    rows = [(student, clean_grade(grade)) for student, grade in grades]
    checks = list(dict.fromkeys(check.name for _, grade in rows for check in grade.checks))
    return _write([[*COLUMNS, *checks], *(_row(student, grade, checks) for student, grade in rows)])


def _row(student: str, grade: Grade, checks: Sequence[str]) -> list[str]:
    ledger = make_ledger(grade)
    names = (check.name for check in grade.checks)
    earned = dict(zip(names, map(show, ledger.earned), strict=True))
    blank = grade.status == "withheld"
    return [
        clean_line(student, 200),
        grade.assignment,
        "" if blank else show(ledger.total),
        show(ledger.maximum),
        grade.status,
        grade.started_at,
        grade.submission.sha256,
        *("" if blank else earned.get(name, "") for name in checks),
    ]


def render_canvas(
    title: str, grades: Iterable[tuple[Mapping[str, str], Grade]], possible: float
) -> str:
    """Return Canvas's import form of (row of Canvas's own export, grade) pairs.

    `possible` is the number of points that the assignment is worth.
    """
    head = [*CANVAS, clean_line(title, 200)]
    worth = ["    Points Possible", "", "", "", "", show(round(possible * 100))]
    rows = [
        [*(clean_line(who.get(column, ""), 200) for column in CANVAS), _score(grade)]
        for who, grade in grades
    ]
    return _write([head, worth, *rows])


def _score(grade: Grade) -> str:
    return "" if grade.status == "withheld" else show(make_ledger(grade).total)


def _write(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([guard_cell(c) for c in row] for row in rows)
    return text.getvalue()
