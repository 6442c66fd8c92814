"""Files of a class's grades, made of the store alone, whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
from contextlib import suppress
from typing import TYPE_CHECKING

from grader.files import OutputFile, write_all
from grader.grade.points import show, total_points
from grader.reports.gradebook import Ungraded, render_gradebook
from grader.reports.quoting import guard_cell
from grader.reports.record import render_json
from grader.text import clean_line, clean_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.course.rows import Row

CSV, PROBLEMS, STUDENTS, RECORD = "grades.csv", "problems.csv", "students", "grade.json"
_LONGEST = 200


def write_exports(
    folder: Path, assignment: Assignment, rows: Sequence[Row], service: str
) -> list[Path]:
    """Make the files of a class what the rows are, whatever was there: tables, and records.

    Who has no grade has no record, and what came of an earlier class is taken away. Returns the
    places of the tables. Raises OSError.
    """
    tables = {CSV: _gradebook(assignment, rows)}
    if problems := [row for row in rows if row.status in ("withheld", "not_read")]:
        tables[PROBLEMS] = _problems(problems)
    if service in _SERVICES:
        name, render = _SERVICES[service]
        tables[name] = render(assignment, [row for row in rows if row.about.service_id])
    write_all([OutputFile(folder / name, text.encode()) for name, text in tables.items()])
    for name in {PROBLEMS, *(name for name, _ in _SERVICES.values())} - tables.keys():
        (folder / name).unlink(missing_ok=True)
    _write_records(folder / STUDENTS, rows)
    return [folder / name for name in tables]


def _write_records(folder: Path, rows: Iterable[Row]) -> None:
    """Have a record for each grade that counts, and no other; one that is right is left as it is.

    What is there is compared with what should be: whoever ended a command before, in whatever
    way, it is found.
    """
    known = set()
    for row in rows:
        if row.grade is not None and row.is_current:
            place = folder / folder_name(row.student) / RECORD
            known.add(place.parent.name)
            record = render_json(row.grade)
            if not place.is_file() or place.read_bytes() != record:
                place.parent.mkdir(parents=True, exist_ok=True)
                write_all([OutputFile(place, record)])
    for other in folder.iterdir() if folder.is_dir() else ():
        if other.name not in known and (other / RECORD).is_file():
            (other / RECORD).unlink()
            with suppress(OSError):  # somebody else's files may lie there
                other.rmdir()


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
        if row.grade is None or not row.is_current:
            return row.student, Ungraded(assignment.name, assignment.max_score, row.status)
        return row.student, row.grade

    return render_gradebook(entry(row) for row in rows)  # type: ignore[misc]


def _canvas(assignment: Assignment, rows: Iterable[Row]) -> str:
    """Return what Canvas imports: who has no grade is left out, so that an old one stays."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    worth = show(round(assignment.max_score * 100))
    table = [[*head, clean_line(assignment.title, 200)], ["    Points Possible", *[""] * 4, worth]]
    table += [
        [_name(row), row.about.service_id, "", "", "", _points(row)]
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
        [f"Participant {row.about.service_id}", _name(row), _points(row), worth, "-"]
        for row in rows
        if row.status == "graded"
    ]
    return _table(table)


_SERVICES = {"Canvas": ("canvas.csv", _canvas), "Moodle": ("moodle.csv", _moodle)}
"""What a service imports, by the ids that its own download has."""


def _problems(rows: Iterable[Row]) -> str:
    """Return why rows have no grade, in full."""
    table = [["student_id", "status", "problem"]]
    table += [
        [clean_line(row.student, 200), row.status, clean_line(row.why_not, 1000)] for row in rows
    ]
    return _table(table)


def _name(row: Row) -> str:
    return clean_name(row.about.name or row.student, 200)


def _points(row: Row) -> str:
    assert row.grade is not None
    return show(total_points(row.grade).total)


def _table(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([guard_cell(c) for c in row] for row in rows)
    return text.getvalue()
