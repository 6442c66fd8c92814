"""What lies in the folder of public data: how much it is, and that it can be what it says."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment.folder import AssignmentError
from grader.assignment.toml_table import place_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.assignment.folder import Assignment

MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Survey:
    """The files of a folder by their paths in it, its bytes, and what tells one state of it.

    The `fingerprint` is of names, sizes and times; no file was read for it. `youngest` is the time
    of the last change, in nanoseconds.
    """

    folder: Path
    files: tuple[str, ...]
    size: int
    fingerprint: str
    youngest: int


def survey_public_data(assignment: Assignment) -> Survey | None:
    """Look through the folder of public data; None where there is none.

    Raises AssignmentError for what is no file, leads out of the folder or cannot be read, and for
    more than 100,000 files.
    """
    held = assignment.public_data
    if held is None:
        return None
    try:
        return _survey(held.folder)
    except _UnfitError as unfit:
        place = place_in(assignment.toml, "public_data")
        raise AssignmentError(f"{place}: public_data: {unfit}") from unfit


class _UnfitError(Exception):
    """Why the folder cannot be shown to workers."""


def _survey(folder: Path) -> Survey:
    facts, size, youngest = [], 0, 0
    for entry in _entries(folder):
        about = entry.stat()
        facts.append((os.path.relpath(entry.path, folder), about))
        if len(facts) > MOST_FILES:
            raise _UnfitError(
                f"{folder} holds more than {MOST_FILES:,} files: pack them, as arrays into a .npy"
            )
        size += about.st_size
        youngest = max(youngest, about.st_mtime_ns, about.st_ctime_ns)
    facts.sort()
    state = hashlib.sha256(str(folder).encode())
    for name, about in facts:
        state.update(f"{name!r} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}\n".encode())
    return Survey(folder, tuple(name for name, _ in facts), size, state.hexdigest(), youngest)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield the files in a folder and below it, links that stay in it among them."""
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                held = list(found)
        except OSError as error:
            raise _UnfitError(f"{error.filename} cannot be read: {error.strerror}") from error
        for entry in held:
            if entry.is_symlink():
                _require_inside(entry, folder)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif not entry.is_file():
                if not entry.is_dir():
                    raise _UnfitError(f"{entry.path} is a pipe, a socket or a device")
            elif not os.access(entry.path, os.R_OK):
                raise _UnfitError(f"{entry.path} cannot be read: Permission denied")
            else:
                yield entry


def _require_inside(entry: os.DirEntry[str], folder: Path) -> None:
    target = Path(os.path.realpath(entry.path))  # Path.resolve raises where links go in a circle
    if not target.is_relative_to(folder):
        raise _UnfitError(
            f"{entry.path} is a link out of the folder, where no submission follows it: put the "
            "file itself there"
        )
    if not os.path.exists(target):  # noqa: PTH110 - likewise
        raise _UnfitError(f"{entry.path} is a link to nothing")
