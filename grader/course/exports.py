"""Files of a class's grades, made of the store alone, whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import TYPE_CHECKING

from grader.files import OutputFile, write_all
from grader.grade.points import show, total_points
from grader.reports.gradebook import Ungraded, render_gradebook
from grader.reports.quoting import guard_cell
from grader.reports.record import render_json
from grader.text import clean_line, clean_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.course.rows import Row

CSV, STUDENTS, RECORD = "grades.csv", "students", "grade.json"
_LONGEST = 200


def write_exports(
    folder: Path,
    assignment: Assignment,
    rows: Sequence[Row],
    service: str,
    changed: Collection[str] | None = None,
) -> list[Path]:
    """Write the files of a class; of records those that are `changed` or not there, or all.

    Returns the places of the tables. Raises OSError.
    """
    tables = {CSV: _gradebook(assignment, rows)}
    if service == "Canvas":
        tables["canvas.csv"] = _canvas(assignment, rows)
    if service == "Moodle":
        tables["moodle.csv"] = _moodle(assignment, rows)
    write_all([OutputFile(folder / name, text.encode()) for name, text in tables.items()])
    for row in rows:
        if row.grade is not None:
            place = folder / STUDENTS / folder_name(row.student) / RECORD
            if changed is None or row.student in changed or not place.is_file():
                place.parent.mkdir(parents=True, exist_ok=True)
                write_all([OutputFile(place, render_json(row.grade))])
    return [folder / name for name in tables]


def folder_name(student: str) -> str:
    """Return the name of a student's folder: the id, or what can be a name and is nobody else's."""
    plain = "".join(c if c.isprintable() and c not in "/\\" else "_" for c in student)
    plain = plain.encode()[:_LONGEST].decode(errors="ignore").strip()
    if plain == student and not plain.startswith("."):
        return plain
    mark = hashlib.sha256(student.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{plain.lstrip('.')}~{mark}"


def _gradebook(assignment: Assignment, rows: Iterable[Row]) -> str:
    def entry(row: Row) -> tuple[str, object]:
        if row.grade is None or row.status != row.grade.status:
            return row.student, Ungraded(assignment.name, assignment.max_score, row.status)
        return row.student, row.grade

    return render_gradebook(entry(row) for row in rows)  # type: ignore[misc]


def _canvas(assignment: Assignment, rows: Iterable[Row]) -> str:
    """Return what Canvas imports: who has no grade is left out, so that an old one stays."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    worth = show(round(assignment.max_score * 100))
    table = [[*head, clean_line(assignment.title, 200)], ["    Points Possible", *[""] * 4, worth]]
    table += [
        [clean_name(row.about.name or row.student, 200), row.student, "", "", "", _points(row)]
        for row in rows
        if row.status == "graded"
    ]
    return _table(table)


def _moodle(assignment: Assignment, rows: Iterable[Row]) -> str:
    """Return a grading worksheet as Moodle's assignment imports it."""
    head = ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"]
    worth = show(round(assignment.max_score * 100))
    table = [head]
    table += [
        [f"Participant {row.student}", clean_name(row.about.name, 200), _points(row), worth, "-"]
        for row in rows
        if row.status == "graded"
    ]
    return _table(table)


def _points(row: Row) -> str:
    assert row.grade is not None
    return show(total_points(row.grade).total)


def _table(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([guard_cell(c) for c in row] for row in rows)
    return text.getvalue()
