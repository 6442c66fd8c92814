"""What was handed in beside a submission, in one folder with it: modules to import, files to read.

None of it is parsed here. It is bounded, and goes behind the wall as bytes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import PurePath

from grader.source.encoding import CannotReadError
from grader.source.nofollow import LinkError, read_file

_SUFFIXES = frozenset(".py .csv .tsv .txt .json .npy .npz .pt .pth .pkl .yaml .yml .toml".split())
_MOST_FILES = 32
_MOST_BYTES = 8 << 20


@dataclass(frozen=True)
class Beside:
    """A file that was handed in beside the submission."""

    name: str
    data: bytes


def goes_along(name: str) -> bool:
    """Whether a file of this name is put beside the submission when it is graded."""
    return PurePath(name).suffix.lower() in _SUFFIXES and not name.startswith(".")


def read_beside(chosen: str, folder: int) -> tuple[Beside, ...]:
    """Read what lies beside a file in an open folder: at most 32 files, 8 MiB together."""
    listed = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        names = sorted(os.listdir(listed))  # noqa: PTH208 - by descriptor
    finally:
        os.close(listed)
    files: list[Beside] = []
    left = _MOST_BYTES
    for name in [name for name in names if name != chosen and goes_along(name)][:_MOST_FILES]:
        try:
            if os.stat(name, dir_fd=folder, follow_symlinks=False).st_size > left:
                continue
            data = read_file(name, folder)
        except (CannotReadError, LinkError, OSError):
            continue
        if len(data) <= left:
            left -= len(data)
            files.append(Beside(name, data))
    return tuple(files)
