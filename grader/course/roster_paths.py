"""The paths of a roster: which entry of a download each names, or what lies there besides."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.entries import Entry, problem_of
from grader.course.labels import Label, plain
from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course.entries import Listing
    from grader.course.roster import Member


def add_paths(
    listing: Listing, members: Sequence[Member], bases: Sequence[Path]
) -> tuple[Listing, dict[Path, list[Member]]]:
    """Return a listing with what the roster names besides, and whose each entry is by its path.

    A path is looked for from each of the bases, the first in which it is there.
    """
    if not any(member.path for member in members):
        return listing, {}
    disk = _Disk()
    known = {disk.settle(entry.path): entry for entry in listing.entries}
    whose: dict[Path, list[Member]] = {}
    added = []
    for member in members:
        if not member.path:
            continue
        path = next(filter(None, (disk.find(base, member.path) for base in bases)), None)
        path = path or bases[0] / member.path
        entry = known.get(disk.settle(path))
        if entry is None:
            problem = problem_of(path, "work")
            file = "" if not problem and path.is_dir() else plain(path.name)
            entry = Entry(path, Label("", file=file), problem=problem)
            known[disk.settle(path)] = entry
            added.append(entry)
        whose.setdefault(entry.path, []).append(member)
    names = {clean_path(entry.path.name) for entry in added}
    unknown = tuple(name for name in listing.unknown if name not in names)
    return replace(listing, entries=(*listing.entries, *added), unknown=unknown), whose


class _Disk:
    """Names as they lie on the disk, whichever of the normal forms of Unicode they are in."""

    def __init__(self) -> None:
        self._names: dict[Path, dict[str, str]] = {}
        self._folders: dict[Path, Path] = {}

    def find(self, base: Path, text: str) -> Path | None:
        """Return the path that lies in a folder, or None."""
        here = base
        for part in Path(text).parts:
            name = part if os.path.lexists(here / part) else self._held(here).get(plain(part))
            if name is None:
                return None
            here = here / name
        return here

    def settle(self, path: Path) -> Path:
        """Return the one path of a place, where the last step is no link that is followed."""
        if path.name in ("", ".."):
            return path.resolve()
        if path.parent not in self._folders:
            self._folders[path.parent] = path.parent.resolve()
        return self._folders[path.parent] / path.name

    def _held(self, folder: Path) -> dict[str, str]:
        if folder not in self._names:
            try:
                names = os.listdir(folder)  # noqa: PTH208 - names alone
            except OSError:
                names = []
            self._names[folder] = {plain(name): name for name in names}
        return self._names[folder]
