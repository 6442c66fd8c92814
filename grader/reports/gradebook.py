"""A gradebook as CSV: one row a submission."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from grader.files import OutputFile
from grader.grade.fields import LINE
from grader.grade.points import show, total_points
from grader.reports.quoting import guard_cell
from grader.reports.registry import Format, in_folder
from grader.text import clean_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from grader.grade.result import Grade
    from grader.reports.delivery import Delivery

FILE = "gradebook.csv"
COLUMNS = (
    "student_id",
    "assignment",
    "score",
    "max_score",
    "status",
    "graded_at",
    "submission_sha256",
)


@dataclass(frozen=True, slots=True)
class Ungraded:
    """What stands in a gradebook for a student who has no grade: why, in a word."""

    assignment: str
    max_score: float
    status: str


def name_of(path: Path, common: Collection[str]) -> str:
    """Return the student whose file or folder this is: it is called so.

    A file of a `common` name, which everybody's has, is called as its folder is.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow a student's links
    if os.path.isdir(path):  # noqa: PTH112 - of any path at all
        return path.name
    return path.parent.name if path.name in common else path.stem


def render_gradebook(grades: Iterable[tuple[str, Grade | Ungraded]]) -> str:
    """Return the gradebook of (student, grade) pairs: the common columns, then one a check.

    The score of a withheld grade, and of none, is left empty.
    """
    rows = list(grades)
    graded = [grade for _, grade in rows if not isinstance(grade, Ungraded)]
    checks = list(dict.fromkeys(check.name for grade in graded for check in grade.checks))
    return _write([[*COLUMNS, *checks], *(_row(student, grade, checks) for student, grade in rows)])


def _row(student: str, grade: Grade | Ungraded, checks: Sequence[str]) -> list[str]:
    name = clean_name(student, 200)
    if isinstance(grade, Ungraded):
        most = show(round(grade.max_score * 100))
        return [name, grade.assignment, "", most, grade.status, "", "", *("" for _ in checks)]
    totals = total_points(grade)
    names = (check.name for check in grade.checks)
    earned = dict(zip(names, map(show, totals.earned), strict=True))
    blank = grade.status == "withheld"
    return [
        name,
        grade.assignment,
        "" if blank else show(totals.total),
        show(totals.maximum),
        grade.status,
        grade.started_at,
        grade.submission.sha256,
        *("" if blank else earned.get(name, "") for name in checks),
    ]


def _write(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(map(_cell, row) for row in rows)
    return text.getvalue()


@lru_cache(maxsize=1 << 12)
def _cell(text: str) -> str:
    """Return a cell that is harmless; the most of a class's are the same few."""
    return guard_cell(clean_name(text, LINE))


def _contents(delivery: Delivery) -> list[bytes]:
    view = delivery.view
    return [render_gradebook([(delivery.whose or view.submission.name, view)]).encode()]


def _class_files(grades: Mapping[str, Grade]) -> list[OutputFile]:
    return [OutputFile(Path(FILE), render_gradebook(grades.items()).encode())]


FORMAT = Format(
    help="gradebook.csv: a row for each grade, a column for each check",
    places=in_folder(FILE),
    contents=_contents,
    class_files=_class_files,
)
