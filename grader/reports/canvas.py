"""Canvas's gradebook: its own export, filled with grades, such that its importer reads it back.

The importer knows a student by the ID, and an assignment by the number behind its title. It takes
an empty cell for a grade that was removed, and another number of points for a change to the
assignment, so neither is ever written.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.grade.points import show, total_points
from grader.reports import ReportError
from grader.reports.quoting import guard_cell
from grader.text import clean_line, clean_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.grade.result import Grade

KEYS = ("SIS Login ID", "SIS User ID", "ID")
_NAMES = ("Student", "LastName", "FirstName")
_KNOWN = (*_NAMES, *KEYS, "Integration ID", "Root Account", "Section")
_WORTH = "Points Possible"
_MOST_NAMED = 20
_CALLED = f"the file of a grade is called by its student's {', '.join(KEYS[:2])} or {KEYS[2]}"

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class CanvasExport:
    """A gradebook that Canvas exported: its head, what each column is worth, a row a student."""

    head: tuple[str, ...]
    worth: Row
    students: tuple[Row, ...]
    delimiter: str

    @property
    def known(self) -> list[str]:
        """The columns that say who a student is, in Canvas's order."""
        return [column for column in self.head if column in _KNOWN]

    def find_student(self, name: str) -> Row | None:
        """Return the row of a student, by the first column in which anybody has that name.

        Raises ReportError where two have it in that column.
        """
        for key in KEYS:
            found = [row for row in self.students if row.get(key) == name]
            if len(found) > 1:
                both = " and of ".join(map(_who, found))
                raise ReportError(f"{_line(name)} is the {key} of {both}: no grade goes to either")
            if found:
                return found[0]
        return None

    def find_namesakes(self, name: str, student: Row) -> list[Row]:
        """Return the rows of others who have a student's name in another column."""
        others = [row for row in self.students if row is not student]
        return [row for row in others if name in map(row.get, KEYS)]

    def find_column(self, title: str, named: str | None) -> str | None:
        """Return the column of an assignment, the one named or else that of its title, if any."""
        wanted = named or title
        others = [column for column in self.head if column not in _KNOWN]
        found = [column for column in others if wanted in (column, _without_number(column))]
        if len(found) > 1:
            raise ReportError(f"{wanted} is one of {_list(found)}: name it with --column")
        if named and not found:
            raise ReportError(f"--column {named}: there are {_list(others) or 'none'}")
        return found[0] if found else None


def parse_export(text: str) -> CanvasExport:
    """Read Canvas's export, with commas or semicolons; raises ReportError."""
    try:
        tables = [(mark, list(csv.reader(io.StringIO(text), delimiter=mark))) for mark in ",;"]
    except csv.Error as error:
        raise ReportError(f"no export of Canvas's gradebook: {error}") from error
    mark, table = max(tables, key=lambda one: len(one[1][0]) if one[1] else 0)
    head, *rest = table or [[]]
    head = [column.strip() for column in head]
    name = "LastName" if "FirstName" in head else "Student"
    if missing := [column for column in (name, "ID", "Section") if column not in head]:
        raise ReportError(f"no export of Canvas's gradebook: it lacks {', '.join(missing)}")
    rows = [dict(zip(head, (cell.strip() for cell in row), strict=False)) for row in rest]
    worth = next((row for row in rows if _WORTH in row.get(head[0], "")), {})
    students = tuple(row for row in rows if row is not worth and any(map(row.get, KEYS)))
    return CanvasExport(tuple(head), worth, students, mark)


def fill_export(
    export: CanvasExport,
    grades: Mapping[str, Grade],
    *,
    column: str | None = None,
    partial: bool = False,
) -> tuple[str, list[str]]:
    """Return what Canvas imports of grades by student, and lines that say who is left out.

    Raises ReportError where a grade could go to another student or to another assignment, and
    where grades are `partial` and that was not said to be right.
    """
    first = _require_one_assignment(grades)
    title = export.find_column(first.title, column)
    worth = _require_worth(export, title, first)
    found = {name: row for name in grades if (row := export.find_student(name))}
    _require_each_once(found)
    parts = [name for name in found if grades[name].status == "partial"]
    if parts and not partial:
        raise ReportError(f"not all checks were run: {_list(parts)}; --partial writes them as well")
    left_out = {reason: names for reason, names in _left_out(export, grades, found, title) if names}
    lines = [f"{reason}: {_list(names)}" for reason, names in left_out.items()]
    lines += _doubts(export, found)
    gone = {name for names in left_out.values() for name in names}
    kept = {name: row for name, row in found.items() if name not in gone}
    if not kept:
        raise ReportError("\n".join([f"no grade is left to write; {_CALLED}", *lines]))
    head = [*export.known, clean_line(title or first.title, 200)]
    possible = [f"    {_WORTH}", *("" for _ in export.known[1:]), worth]
    rows = [
        _fill(export, row, show(total_points(grades[name]).total)) for name, row in kept.items()
    ]
    return _write([head, possible, *rows], export.delimiter), lines


def _doubts(export: CanvasExport, found: Mapping[str, Row]) -> Iterator[str]:
    """Yield a line for each name that is another student's too, in another column."""
    for name, row in found.items():
        if others := export.find_namesakes(name, row):
            both = " and ".join(map(_who, others))
            yield f"{_line(name)} was taken for {_who(row)}, and not for {both}"


def _left_out(
    export: CanvasExport, grades: Mapping[str, Grade], found: Mapping[str, Row], title: str | None
) -> Iterator[tuple[str, list[str]]]:
    """Yield why a student has no row or no grade, and the names of those of whom it is so."""
    yield "not in Canvas's export", [name for name in grades if name not in found]
    withheld = [name for name in found if grades[name].status == "withheld"]
    yield "withheld, so the old grade stays", withheld
    cells = {name: row.get(title or "", "") for name, row in found.items()}
    yield "excused in Canvas", [name for name, cell in cells.items() if cell.upper() == "EX"]
    yield "not assigned in Canvas", [name for name, cell in cells.items() if cell == "N/A"]
    rest = [row for row in export.students if not any(row is one for one in found.values())]
    yield "in Canvas's export, and no grade here", [_who(row) for row in rest]


def _require_one_assignment(grades: Mapping[str, Grade]) -> Grade:
    first, *others = grades.values()
    for other in others:
        if other.assignment != first.assignment:
            raise ReportError("these are grades of several assignments: Canvas takes one at a time")
        if other.max_score != first.max_score:
            both = f"{first.max_score:g} and {other.max_score:g}"
            raise ReportError(f"these are grades of two versions, worth {both} points")
    return first


def _require_worth(export: CanvasExport, title: str | None, grade: Grade) -> str:
    """Return what the column is worth, which must be what the assignment is worth."""
    ours = show(total_points(grade).maximum)
    theirs = export.worth.get(title, "") if title else ""
    if not theirs:
        return ours
    try:
        same = round(100 * float(theirs.replace(",", "."))) == total_points(grade).maximum
    except (OverflowError, ValueError) as error:
        raise ReportError(f"{title} cannot be written to: it is worth {theirs} there") from error
    if not same:
        raise ReportError(
            f"{title} is worth {theirs} points in Canvas, and {grade.assignment} {ours}: "
            f"make it {ours} there, and export again"
        )
    return theirs


def _require_each_once(found: Mapping[str, Row]) -> None:
    names: dict[int, str] = {}
    for name, row in found.items():
        if other := names.get(id(row)):
            raise ReportError(f"{_line(other)} and {_line(name)} are both {_who(row)} in Canvas")
        names[id(row)] = name


def _fill(export: CanvasExport, row: Row, cell: str) -> list[str]:
    return [*(clean_name(row.get(column, ""), 200) for column in export.known), cell]


def _without_number(column: str) -> str:
    return re.sub(r" \(\d+\)$", "", column)


def _who(row: Row) -> str:
    name = row.get("Student") or f"{row.get('LastName', '')}, {row.get('FirstName', '')}"
    return f"{_line(name)} ({_line(row.get('ID', ''))})"


def _line(name: str) -> str:
    return clean_name(name, 80)


def _list(names: Iterable[str]) -> str:
    every = [_line(name) for name in names]
    more = f" and {len(every) - _MOST_NAMED} more" if len(every) > _MOST_NAMED else ""
    return ", ".join(every[:_MOST_NAMED]) + more


def _write(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([guard_cell(cell) for cell in row] for row in rows)
    return text.getvalue()
