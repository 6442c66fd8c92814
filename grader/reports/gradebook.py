"""A gradebook as CSV: one row a submission."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.reports.ledger import make_ledger, show
from grader.reports.quoting import clean_name, guard_cell
from grader.reports.record import clean_grade

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

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


def name_of(path: Path, common: Collection[str]) -> str:
    """Return the student whose file or folder this is: it is called so.

    A file of a `common` name, which everybody's has, is called as its folder is.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow a student's links
    if os.path.isdir(path):  # noqa: PTH112 - of any path at all
        return path.name
    return path.parent.name if path.name in common else path.stem


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
        clean_name(student, 200),
        grade.assignment,
        "" if blank else show(ledger.total),
        show(ledger.maximum),
        grade.status,
        grade.started_at,
        grade.submission.sha256,
        *("" if blank else earned.get(name, "") for name in checks),
    ]


def _write(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([guard_cell(c) for c in row] for row in rows)
    return text.getvalue()
