"""The grades of several students in one file: a gradebook, or what Canvas imports."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.files import write_whole
from grader.reports import ReportError
from grader.reports.gradebook import CANVAS, render_canvas, render_gradebook
from grader.reports.quoting import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.grade import Grade

_KEYS = ("SIS Login ID", "SIS User ID", "ID")


def write_gradebook(grades: Mapping[str, Grade], place: Path) -> None:
    """Write the gradebook of grades by student; raises ReportError."""
    _write(place, render_gradebook(grades.items()))


def write_canvas(grades: Mapping[str, Grade], export: Path, place: Path) -> None:
    """Write what Canvas imports, for the students of its own export; raises ReportError."""
    try:
        text = export.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise ReportError(f"{export}: cannot be read: {error}") from error
    _write(place, fill_export(text, grades))


def fill_export(export: str, grades: Mapping[str, Grade]) -> str:
    """Return Canvas's import form of grades by student, with the rows of Canvas's own export.

    A student is named by one of three columns. Where the export has a column for the
    assignment, it keeps its name, by which Canvas knows it again.
    """
    rows = [
        {k: v or "" for k, v in row.items() if k} for row in csv.DictReader(io.StringIO(export))
    ]
    head = list(rows[0]) if rows else []
    if missing := [column for column in CANVAS if column not in head]:
        raise ReportError(f"no export of Canvas's gradebook: it lacks {', '.join(missing)}")
    if len({grade.assignment for grade in grades.values()}) != 1:
        raise ReportError("these are grades of several assignments: Canvas takes one at a time")
    found = {row[key]: row for row in reversed(rows) for key in reversed(_KEYS) if row[key]}
    if strangers := [clean_line(name, 80) for name in grades if name not in found]:
        raise ReportError(
            f"not in Canvas's export: {', '.join(strangers)}; "
            f"the file of a grade is called by its student's {', '.join(_KEYS[:2])} or {_KEYS[2]}"
        )
    first = next(iter(grades.values()))
    title = next((c for c in head if c == first.title or c.startswith(f"{first.title} (")), None)
    pairs = [(found[name], grade) for name, grade in grades.items()]
    return render_canvas(title or first.title, pairs, first.max_score)


def _write(place: Path, text: str) -> None:
    try:
        write_whole(place, text.encode())
    except OSError as error:
        raise ReportError(f"{place}: cannot be written: {error.strerror}") from error
