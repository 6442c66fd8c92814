"""What lies in a folder of submissions: its entries, each with what its name says, nothing opened.

Links are seen and never followed. A folder is looked into by name alone, through folders that hold
nothing but another one.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from grader.course.gradescope_export import FILE, Submitters, parse_metadata
from grader.course.labels import (
    Hints,
    Label,
    Name,
    choose_service,
    is_archive,
    is_quiet,
    plain,
    read_label,
    with_starts,
)
from grader.course.store import FILE as GRADES
from grader.source.encoding import CannotReadError
from grader.source.handin import MisuseError
from grader.source.nofollow import LinkError, open_folder, read_file
from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from grader.course.labels import Kind

_CODE = (".py", ".ipynb")
_DEEPEST = 8
_WRAPPED = ("assignment_", "-submissions")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder that was handed in, with its label; `problem` says why it is not read."""

    path: Path
    label: Label
    people: tuple[Label, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a folder, the service whose names they are, and what was not recognised.

    What is `left` out are folders of grades.
    """

    folder: Path
    service: str
    entries: tuple[Entry, ...] = ()
    unknown: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def is_code(name: str) -> bool:
    """Whether a name ends as a Python file's or a notebook's does."""
    return PurePath(name).suffix.lower() in _CODE


def list_entries(folder: Path, hints: Hints, ignored: Collection[Path] = ()) -> Listing:
    """Read what lies in a folder by its names; raises MisuseError where it cannot be listed.

    Files of ours are `ignored`; a folder that holds the grades of a class is left out.
    """
    ours = _Ours(ignored)
    folder, found = _unwrapped(folder, ours)
    left = tuple(clean_path(path.name) for path in ours.grades)
    if any(entry.name == FILE for entry in found):
        return replace(_list_gradescope(folder, found), left=left)
    if not hints.prefix:
        hints = Hints(hints.students, _slug(folder, found))
    names = {entry: Name(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found}
    hints = with_starts(names.values(), hints)
    service = "GitHub" if hints.prefix else choose_service(names.values(), hints)
    entries, unknown = [], []
    for entry, name in names.items():
        label = read_label(service, name, hints)
        if label is None:
            unknown.append(clean_path(entry.name))
        else:
            path = Path(entry.path)
            entries.append(Entry(path, label, problem=problem_of(path, label.kind)))
    return Listing(folder, service, tuple(entries), tuple(unknown), left)


def look_into(folder: Path) -> Path:
    """Return where the work in a folder lies: there, or in one that it holds alone, or an archive.

    An archive is taken where there is no code beside it. Raises OSError.
    """
    for _ in range(_DEEPEST):
        with os.scandir(folder) as entries:
            held = [entry for entry in entries if not is_quiet(entry.name)]
        if any(is_code(entry.name) for entry in held):
            return folder
        archives = [entry for entry in held if is_archive(entry.name)]
        folders = [entry for entry in held if entry.is_dir(follow_symlinks=False)]
        if len(archives) == 1:
            return Path(archives[0].path)
        if len(folders) != 1 or archives:
            return folder
        folder = Path(folders[0].path)
    return folder


class _Ours:
    """What in a folder is nobody's submission: files of the command, and the grades of classes."""

    def __init__(self, ignored: Collection[Path]) -> None:
        self._files = {
            _identity(path, follow=follow) for path in ignored for follow in (False, True)
        }
        self.grades: list[Path] = []

    def has(self, entry: os.DirEntry[str]) -> bool:
        """Whether what lies there is ours; a link to what is ours is a student's all the same."""
        path = Path(entry.path)
        if self._files and (_identity(path) or path) in self._files:
            return True
        if entry.is_dir(follow_symlinks=False) and _holds_grades(path):
            self.grades.append(path)
            return True
        return False


def _identity(path: Path, *, follow: bool = False) -> tuple[int, int] | None:
    try:
        told = path.stat(follow_symlinks=follow)
    except OSError:
        return None
    return told.st_dev, told.st_ino


def _holds_grades(path: Path) -> bool:
    with suppress(OSError):
        return (path / GRADES).is_file() or any(path.glob(f"shards/*/{GRADES}"))
    return False


def _scan(folder: Path, ours: _Ours) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            held = [entry for entry in entries if not (is_quiet(entry.name) or ours.has(entry))]
    except OSError as error:
        raise MisuseError(f"{folder}: cannot be listed: {error.strerror}") from error
    return sorted(held, key=lambda entry: entry.name)


def _unwrapped(folder: Path, ours: _Ours) -> tuple[Path, list[os.DirEntry[str]]]:
    """Return a folder and what it holds, or the one folder in it that is an export by its name."""
    held = _scan(folder, ours)
    if len(held) == 1 and held[0].is_dir(follow_symlinks=False):
        name = held[0].name
        if (name.startswith(_WRAPPED[0]) and "export" in name) or name.endswith(_WRAPPED[1]):
            inner = Path(held[0].path)
            return inner, _scan(inner, ours)
    return folder, held


def _slug(folder: Path, found: Sequence[os.DirEntry[str]]) -> str:
    """Return what repositories begin with by the name of their folder, if any does; else ""."""
    name = folder.resolve().name if folder.name in ("", "..") else folder.name
    slug = f"{plain(name.removesuffix(_WRAPPED[1]))}-"
    begins = any(plain(entry.name).startswith(slug) for entry in found)
    return slug if name.endswith(_WRAPPED[1]) and begins else ""


def problem_of(path: Path, kind: Kind) -> str:
    """Return why what lies at a path is not read, as far as can be told without opening it."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "is not there"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISLNK(mode):
        return "is a link, and no link is graded: hand in the file itself"
    if kind == "text":
        return "was typed in or linked to, and is no file: hand in the file itself"
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        return "is a pipe, a socket or a device: hand in the file itself"
    return ""


def _list_gradescope(folder: Path, found: Sequence[os.DirEntry[str]]) -> Listing:
    told = parse_metadata(_read_text(folder / FILE))
    entries, unknown = [], []
    for entry in found:
        if entry.name == FILE:
            continue
        about = told.get(entry.name)
        people = tuple(_person(one, entry.name, about) for one in about.people) if about else ()
        if not people:
            unknown.append(clean_path(entry.name))
        else:
            path = Path(entry.path)
            entries.append(Entry(path, people[0], people, problem_of(path, "work")))
    return Listing(folder, "Gradescope", tuple(entries), tuple(unknown))


def _person(told: dict[str, str], folder: str, about: Submitters) -> Label:
    ids = (told.get(key, "") for key in ("sid", "email", "name"))
    number = int(folder.rpartition("_")[2])
    student = next(filter(None, ids), folder)
    return Label(plain(student), plain(told.get("name", "")), came=about.came, order=(0, number))


def _read_text(path: Path) -> str:
    try:
        with open_folder(path) as (folder, name):
            return read_file(name, folder).decode(errors="replace")
    except (OSError, LinkError, CannotReadError) as error:
        raise MisuseError(f"{path}: cannot be read: {error}") from error
