"""A row of a class: who it is, and what counts of what came."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.text import clean_name, clean_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.course.roster import Member


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing to grade: where it lies, what its student called it, when it came.

    `path` is a file, a folder or an archive. `problem` says why it is not read.
    """

    path: Path
    file: str = ""
    came: datetime | None = None
    is_late: bool = False
    problem: str = ""

    @property
    def name(self) -> str:
        """What tells it from other attempts, for people: its place in the download."""
        return clean_path(self.path.name)


@dataclass(frozen=True, slots=True)
class Student:
    """One row: who it is, what counts of what came, what came before; nothing came, no attempt."""

    member: Member
    attempt: Attempt | None = None
    earlier: tuple[Attempt, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The service's id, or what the student's file or folder is called."""
        return self.member.student


def share_in_groups(rows: Sequence[Student]) -> list[Student]:
    """Give what one of a group handed in to all of it: the last, where times tell which that is."""
    groups: dict[str, list[Student]] = defaultdict(list)
    for row in rows:
        if row.member.group and row.attempt:
            groups[row.member.group].append(row)
    shared = []
    for row in rows:
        handed = groups.get(row.member.group, []) if row.member.group else []
        timed = all(one.attempt and one.attempt.came for one in handed)
        if handed and (row.attempt is None or (timed and len(handed) > 1)):
            far = datetime.min.replace(tzinfo=UTC)
            last = max(handed, key=lambda one: (one.attempt and one.attempt.came) or far)
            if last is not row:
                notice = f"handed in by {shown(last.id)}, of the same group"
                row = replace(last, member=row.member, notices=(*last.notices, notice))  # noqa: PLW2901
        shared.append(row)
    return shared


def shown(student: str) -> str:
    """Return a student's id as a person may read it: one harmless line."""
    return clean_name(student, 80)
