"""The roster: who is in the class, as a CSV whose one column that must be there is `student`.

Besides there may be `name`, `email`, `group`, `path` (of what that student handed in),
`submitted_at`, and `deadline` (an extension of the student's own).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.course.labels import plain
from grader.grade.late import parse_time
from grader.source.handin import MisuseError
from grader.text import clean_line

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

_COLUMNS = ("student", "name", "email", "group", "path", "submitted_at", "deadline")
_LARGEST = 16 << 20


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


def read_roster(path: Path, zone: ZoneInfo | None) -> list[Member]:
    """Read a roster; times without a zone are in the assignment's. Raises MisuseError."""
    try:
        data = path.read_bytes()
        text = data[: _LARGEST + 1].decode("utf-8-sig")
    except OSError as error:
        raise MisuseError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MisuseError(f"{path}: is not UTF-8 text: save it as “CSV UTF-8”") from error
    if len(data) > _LARGEST:
        raise MisuseError(f"{path}: is larger than {_LARGEST >> 20} MB, and no roster")
    return parse_roster(text, str(path), zone)


def parse_roster(text: str, where: str, zone: ZoneInfo | None) -> list[Member]:
    """Read a roster's text; MisuseError names the line that is wrong."""
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        head = [cell.strip().lower() for cell in next(rows, [])]
        if "student" not in head:
            told = clean_line(", ".join(head), 200) or "nothing"
            raise MisuseError(f"{where}: a roster has a column `student`; here there is {told}")
        members: dict[str, Member] = {}
        for row in rows:
            cells = dict(zip(head, (cell.strip() for cell in row), strict=False))
            if not any(cells.values()):
                continue
            member = _member(cells, f"{where}:{rows.line_num}", zone)
            if member.student in members:
                raise MisuseError(
                    f"{where}:{rows.line_num}: {clean_line(member.student, 80)} is in it twice"
                )
            members[member.student] = member
    except csv.Error as error:
        raise MisuseError(f"{where}:{rows.line_num}: no CSV: {error}") from error
    return list(members.values())


def _member(cells: dict[str, str], where: str, zone: ZoneInfo | None) -> Member:
    student, name, email, group = (plain(cells.get(column, "")) for column in _COLUMNS[:4])
    if not student:
        raise MisuseError(f"{where}: there is no student in this row")
    came, deadline = (_time(cells.get(c, ""), c, where, zone) for c in _COLUMNS[5:])
    return Member(student, name, email, group, cells.get("path", ""), came, deadline)


def _time(text: str, column: str, where: str, zone: ZoneInfo | None) -> datetime | None:
    if not text:
        return None
    try:
        return parse_time(text, zone)
    except ValueError as error:
        raise MisuseError(f"{where}: {column}: {clean_line(str(error), 200)}") from error
