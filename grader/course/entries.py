"""What lies in a folder of submissions: its entries, each with what its name says, nothing opened.

Links are seen and never followed. A folder is looked into by name alone, through folders that hold
nothing but another one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
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
)
from grader.source.encoding import CannotReadError
from grader.source.handin import MisuseError
from grader.source.nofollow import LinkError, open_folder, read_file
from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Sequence

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

    @property
    def where(self) -> str:
        """The name under which a person finds it, made harmless."""
        return clean_path(self.path.name)


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a folder, the service whose names they are, and what was not recognised."""

    folder: Path
    service: str
    entries: tuple[Entry, ...]
    unknown: tuple[str, ...] = ()


def is_code(name: str) -> bool:
    """Whether a name ends as a Python file's or a notebook's does."""
    return PurePath(name).suffix.lower() in _CODE


def list_entries(folder: Path, hints: Hints) -> Listing:
    """Read what lies in a folder by its names; raises MisuseError where it cannot be listed."""
    folder = _unwrapped(folder)
    found = _scan(folder)
    if any(entry.name == FILE for entry in found):
        return _list_gradescope(folder, found)
    if not hints.prefix and folder.name.endswith(_WRAPPED[1]):
        slug = f"{folder.name.removesuffix(_WRAPPED[1])}-"
        if any(entry.name.startswith(slug) for entry in found):
            hints = Hints(hints.students, slug)
    names = {entry: Name(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found}
    service = "GitHub" if hints.prefix else choose_service(names.values(), hints)
    entries, unknown = [], []
    for entry, name in names.items():
        label = read_label(service, name, hints)
        if label is None:
            unknown.append(clean_path(entry.name))
        else:
            entries.append(Entry(Path(entry.path), label, problem=_problem(entry, label)))
    return Listing(folder, service, tuple(entries), tuple(unknown))


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


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(
                (entry for entry in entries if not is_quiet(entry.name)), key=lambda e: e.name
            )
    except OSError as error:
        raise MisuseError(f"{folder}: cannot be listed: {error.strerror}") from error


def _unwrapped(folder: Path) -> Path:
    """Return the one folder in a folder that is an export by its name, or the folder itself."""
    held = _scan(folder)
    if len(held) == 1 and held[0].is_dir(follow_symlinks=False):
        name = held[0].name
        if (name.startswith(_WRAPPED[0]) and "export" in name) or name.endswith(_WRAPPED[1]):
            return Path(held[0].path)
    return folder


def _problem(entry: os.DirEntry[str], label: Label) -> str:
    if entry.is_symlink():
        return "is a link, and no link is graded: hand in the file itself"
    if label.kind == "text":
        return "was typed in or linked to, and is no file: hand in the file itself"
    if entry.is_dir(follow_symlinks=False) or label.kind == "receipt":
        return ""
    if not entry.is_file(follow_symlinks=False):
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
            problem = _problem(entry, people[0])
            entries.append(Entry(Path(entry.path), people[0], people, problem))
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
