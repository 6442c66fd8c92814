"""The roster: who is in the class, as a CSV whose one column that must be there is `student`.

Besides there may be `name`, `email`, `group`, `path` (of what that student handed in),
`submitted_at`, and `deadline` (an extension of the student's own).
"""

from __future__ import annotations

import csv
import difflib
import io
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from grader.course.labels import is_usual, plain
from grader.grade.late import parse_time
from grader.source.handin import MisuseError
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo
    from pathlib import Path

_COLUMNS = ("student", "name", "email", "group", "path", "submitted_at", "deadline")
_LARGEST = 16 << 20
_NEAR = 0.74


@dataclass(frozen=True, slots=True)
class Member:
    """One row of a roster; texts are empty where a column or a cell is."""

    student: str
    name: str = ""
    email: str = ""
    group: str = ""
    path: str = ""
    submitted_at: datetime | None = None
    deadline: datetime | None = None


def read_roster(path: Path, zone: tzinfo | None) -> list[Member]:
    """Read a roster; times without a zone are in the assignment's. Raises MisuseError."""
    try:
        if path.exists() and not path.is_file():
            raise MisuseError(f"{path}: is no file: a roster is a CSV, saved as a file")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise MisuseError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > _LARGEST:
        raise MisuseError(f"{path}: is larger than {_LARGEST >> 20} MB, and no roster")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MisuseError(f"{path}: is not UTF-8 text: save it as “CSV UTF-8”") from error
    return parse_roster(text, str(path), zone)


def parse_roster(text: str, where: str, zone: tzinfo | None) -> list[Member]:
    """Read a roster's text; MisuseError names the line that is wrong."""
    if "\0" in text:
        raise MisuseError(f"{where}: is not UTF-8 text: save it as “CSV UTF-8”")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    members: dict[str, Member] = {}
    try:
        head = [cell.strip().lower() for cell in next(rows, [])]
        _check_head(head, where)
        for row in rows:
            here = f"{where}:{rows.line_num}"
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if any(cells[len(head) :]):
                raise MisuseError(f"{here}: has more cells than there are columns: {_told(cells)}")
            member = _member(dict(zip(head, cells, strict=False)), here, zone)
            if member.student in members:
                raise MisuseError(f"{here}: {clean_line(member.student, 80)} is in it twice")
            members[member.student] = member
    except csv.Error as error:
        raise MisuseError(f"{where}:{rows.line_num}: no CSV: {error}") from error
    if not members:
        raise MisuseError(f"{where}: has no student in it: a row is asked for each")
    return list(members.values())


def _check_head(head: list[str], where: str) -> None:
    """Refuse columns that cannot be right; those that are somebody else's are left alone."""
    while head and not head[-1]:
        head.pop()
    lacking = [column for column in _COLUMNS if column not in head]
    for name in head:
        if name not in _COLUMNS and (near := difflib.get_close_matches(name, lacking, 1, _NEAR)):
            told = clean_line(name, 80)
            raise MisuseError(f"{where}: there is no column {told!r}; did you mean {near[0]!r}?")
    if "student" in lacking:
        told = _told(head) or "nothing"
        raise MisuseError(f"{where}: a roster has a column `student`; here there is {told}")
    counts = Counter(head)
    if twice := [f"`{column}`" for column in _COLUMNS if counts[column] > 1]:
        raise MisuseError(f"{where}: two columns are called {' and '.join(twice)}: leave one")


def _told(cells: Sequence[str]) -> str:
    return clean_line(", ".join(cells), 200)


def _member(cells: dict[str, str], where: str, zone: tzinfo | None) -> Member:
    student, name, email, group = (plain(cells.get(column, "")) for column in _COLUMNS[:4])
    if not student:
        raise MisuseError(f"{where}: there is no student in this row")
    came, deadline = (_time(cells.get(c, ""), c, where, zone) for c in _COLUMNS[5:])
    return Member(student, name, email, group, cells.get("path", ""), came, deadline)


def _time(text: str, column: str, where: str, zone: tzinfo | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if zone is None or isinstance(zone, ZoneInfo):
            moment = parse_time(text, zone)
        elif moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
    except (ValueError, OverflowError) as error:
        raise MisuseError(f"{where}: {column}: {clean_line(str(error), 200)}") from error
    if not is_usual(moment):
        raise MisuseError(
            f"{where}: {column}: {clean_line(text, 80)} is too far off to reckon with"
        )
    return moment
