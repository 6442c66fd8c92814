"""What was handed in beside a submission, in one folder with it: modules to import, files to read.

None of it is parsed here. It is bounded, and goes behind the wall as bytes.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from grader.source.encoding import CannotReadError
from grader.source.nofollow import LinkError, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUFFIXES = frozenset(".py .csv .tsv .txt .json .npy .npz .pt .pth .pkl .yaml .yml .toml".split())
MOST_FILES = 32
MOST_BYTES = 8 << 20


@dataclass(frozen=True)
class Beside:
    """A file that was handed in beside the submission."""

    name: str
    data: bytes


def goes_along(name: str) -> bool:
    """Whether a file of this name is put beside the submission when it is graded."""
    return PurePath(name).suffix.lower() in _SUFFIXES and not name.startswith(".")


def names_beside(chosen: str, folder: int) -> list[str]:
    """Name what lies beside a file in an open folder and should go along, in order."""
    listed = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        names = sorted(os.listdir(listed))  # noqa: PTH208 - by descriptor
    finally:
        os.close(listed)
    return [name for name in names if name != chosen and goes_along(name)]


def read_beside(chosen: str, folder: int) -> tuple[Beside, ...]:
    """Read what lies beside a file in an open folder: at most 32 files, 8 MiB together."""
    beside = names_beside(chosen, folder)
    return bounded(filter(None, (_read(name, folder) for name in beside[:MOST_FILES])))


def bounded(files: Iterable[Beside]) -> tuple[Beside, ...]:
    """Give the first of some files that fit: at most 32, 8 MiB together."""
    kept: list[Beside] = []
    left = MOST_BYTES
    for file in itertools.islice(files, MOST_FILES):
        if len(file.data) <= left:
            left -= len(file.data)
            kept.append(file)
    return tuple(kept)


def _read(name: str, folder: int) -> Beside | None:
    try:
        if os.stat(name, dir_fd=folder, follow_symlinks=False).st_size > MOST_BYTES:
            return None
        return Beside(name, read_file(name, folder))
    except (CannotReadError, LinkError, OSError):
        return None
