"""Which assignment is practised, and with which file, from where a person stands."""

from __future__ import annotations

import os
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.assignment.folder import Assignment, find_assignment, load_assignment
from grader.assignment.nearest import there_are
from grader.assignment.suite import load_suite
from grader.source.handin import MisuseError, Source, Unreadable
from grader.source.notices import listed
from grader.source.own import load_own_file, load_own_files
from grader.text import clean_path

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Place:
    """An assignment, and the file with the functions to try; of several files their folder."""

    assignment: Assignment
    path: Path

    @property
    def files(self) -> tuple[Path, ...]:
        """The file, or all that are handed in together."""
        return tuple(self.path / name for name in self.assignment.files) or (self.path,)

    @property
    def name(self) -> str:
        """What is tried, by its name."""
        return listed([file.name for file in self.files])

    def read(self) -> Source | Unreadable:
        """Read what is tried as it is now; raises MisuseError."""
        assignment = self.assignment
        if assignment.files:
            most = assignment.limits.submission_size
            return load_own_files(self.path, assignment.files, most)
        return load_own_file(self.path, assignment.accepts)

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of the public checks that time nothing, in the suite's order."""
        suite = load_suite(self.assignment)
        return tuple(c.name for c in suite.checks if not c.hidden and c.name not in suite.timed)


def find_practice_place(
    start: Path, assignment: str | None = None, file: Path | None = None
) -> Place:
    """Return the one assignment around a folder, and what is handed in beside it, or in `file`.

    Raises AssignmentError, and MisuseError where there is none or more than one, or none to try.
    """
    place = _find(start, assignment, file)
    if not place.checks:
        raise MisuseError(
            f"{place.assignment.name} has no check to practise with: each one is hidden, or times "
            "something"
        )
    return place


def _find(start: Path, assignment: str | None, file: Path | None) -> Place:
    found = load_assignment(find_assignment(assignment, start) if assignment else _only(start))
    if file is not None and (found.files or not file.is_dir()):
        return Place(found, file.absolute())
    homes = [file.absolute()] if file is not None else _homes(found, start)
    find = _find_folder if found.files else _find_file
    return Place(found, find(found, homes))


def _only(start: Path) -> Path:
    """Return the folder of the only assignment here or above."""
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / "assignment.toml").is_file():
            return folder
        there = sorted(path.parent for path in folder.glob("assignments/*/assignment.toml"))
        if len(there) > 1:
            names = ", ".join(path.name for path in there)
            raise MisuseError(f"there are {names}: say which with --assignment NAME")
        if there:
            return there[0]
    raise MisuseError(
        f"no assignment in {start.absolute()} or above it: go to the folder that you cloned, or "
        "name one with --assignment PATH"
    )


def _find_file(assignment: Assignment, homes: list[Path]) -> Path:
    """Return the one file that could be handed in, in the first of some folders that has any."""
    near = []
    for home in homes:
        there = _names_in(home)
        held = [home / there[name] for name in assignment.accepts if name in there]
        near += [name for name in there if _wanted(name, assignment)]
        if len(held) > 1:
            names = " and ".join(path.name for path in held)
            raise MisuseError(
                f"{home} holds {names}: you hand in one; take the other away, or name the one to "
                "check with --submission PATH"
            )
        if held:
            return held[0]
    where = " nor in ".join(str(home) for home in homes)
    told = f"there is no {' and no '.join(assignment.accepts)} in {where}"
    if near:
        told += f", but {clean_path(near[0])}: give that the name {_wanted(near[0], assignment)}"
    raise MisuseError(told)


def _names_in(folder: Path) -> dict[str, str]:
    """Return the names in a folder as they are written, by the form in which they are compared.

    To ask for a file would find it under other letters too on macOS and Windows, and no grade does.
    """
    with suppress(OSError):
        return {unicodedata.normalize("NFC", path.name): path.name for path in folder.iterdir()}
    return {}


def _wanted(name: str, assignment: Assignment) -> str:
    """Return the name that is asked for and differs from another by case alone, or ""."""
    alike = (one for one in assignment.accepts if one.casefold() == name.casefold())
    return next(alike, "")


def _find_folder(assignment: Assignment, homes: list[Path]) -> Path:
    """Return the first of some folders that holds any of several files."""
    for home in homes:
        if any(os.path.lexists(home / name) for name in assignment.files):
            return home
    where = " nor in ".join(str(home) for home in homes)
    raise MisuseError(f"there is no {' and no '.join(assignment.files)} in {where}")


def _homes(assignment: Assignment, start: Path) -> list[Path]:
    """Return where what is handed in may lie: here, and at the top of the repository."""
    return [*dict.fromkeys([start.absolute(), assignment.folder.parent.parent])]


def find_check(place: Place, word: str) -> str:
    """Return the public check that a word names, in full or by a part that no other has."""
    names = place.checks
    if word in names or f"test_{word}" in names:
        return word if word in names else f"test_{word}"
    found = [name for name in names if word in name]
    if len(found) == 1:
        return found[0]
    if found:
        raise MisuseError(f"{clean_path(word)} could be {' or '.join(found)}: write more of it")
    raise MisuseError(f"there is no check {clean_path(word)}; {there_are(names, word)}")
