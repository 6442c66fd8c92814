"""A row of a class: who it is, and what counts of what came."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.text import clean_name, clean_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
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
    """One row: who it is, what counts of what came, what came before; nothing came, no attempt.

    `service_id` is what Canvas or Moodle itself calls the student; empty where it is not known.
    """

    member: Member
    attempt: Attempt | None = None
    earlier: tuple[Attempt, ...] = ()
    notices: tuple[str, ...] = ()
    service_id: str = ""

    @property
    def id(self) -> str:
        """The service's id, or what the student's file or folder is called."""
        return self.member.student


def share_in_groups(rows: Sequence[Student]) -> list[Student]:
    """Give what one of a group handed in to all of it: the last, where times tell which that is.

    Where they do not each keeps their own, and is told; who has nothing has the first.
    """
    groups: dict[str, list[Student]] = defaultdict(list)
    for row in rows:
        if row.member.group and row.attempt:
            groups[row.member.group].append(row)
    return [_share(row, groups.get(row.member.group, [])) for row in rows]


def _share(row: Student, handed: Sequence[Student]) -> Student:
    if not handed:
        return row
    last = _last_of(handed)
    untold: tuple[str, ...] = ()
    if last is None:
        untold = _others(row, handed)
        if row.attempt is not None:
            return replace(row, notices=(*row.notices, *untold))
        last = next((one for one in handed if one.attempt and not one.attempt.problem), handed[0])
    elif last.attempt == row.attempt:
        return row
    own = (row.attempt, *row.earlier) if row.attempt else ()
    return replace(
        last,
        member=row.member,
        earlier=(*last.earlier, *(one for one in own if one.path != _path(last))),
        notices=(*last.notices, *untold, f"handed in by {shown(last.id)}, of the same group"),
        service_id=row.service_id,
    )


def _others(row: Student, handed: Sequence[Student]) -> tuple[str, ...]:
    """Return the notice of a row whose group handed in other things, if it did."""
    others = [shown(one.id) for one in handed if one.id != row.id and _path(one) != _path(row)]
    told = "no times tell which of the group's is the last, so each keeps their own"
    return (f"{told}: {' and '.join(others)} handed in too",) if others else ()


def _last_of(handed: Sequence[Student]) -> Student | None:
    """Return who handed in what a group handed in last; None where that cannot be told."""
    times = [row.attempt.came for row in handed if row.attempt and row.attempt.came]
    latest = max(times, default=None)
    last = [row for row in handed if row.attempt and row.attempt.came == latest]
    is_told = len(times) == len(handed) or len({_path(row) for row in handed}) == 1
    return last[0] if is_told and len({_path(row) for row in last}) == 1 else None


def _path(row: Student) -> Path | None:
    return row.attempt.path if row.attempt else None


def tell_namesakes(rows: Iterable[Student], no_name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what rows have in common that are others' all the same; `no_name` is nobody's name."""
    names, ids = defaultdict(list), defaultdict(list)
    for row in rows:
        if row.member.name not in ("", no_name):
            names[row.member.name].append(row.id)
        ids[row.id.casefold()].append(row.id)
    for kind, found in (("one name", names), ("ids that differ by case alone", ids)):
        several = (same for same in found.values() if len(same) > 1)
        both = [" and ".join(map(shown, same)) for same in several]
        yield f"students of {kind}, kept apart by id", both


def some(names: Sequence[str], most: int) -> str:
    """Return names as a person reads them, the first so many and how many more."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def shown(student: str) -> str:
    """Return a student's id as a person may read it: one harmless line."""
    return clean_name(student, 80)
