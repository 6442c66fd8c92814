"""What was handed in, taken from where it lies and from nowhere else.

A link could lead to another student's work, or to what no student may see. So what was named, and
what lies in it, is opened without following links, once, and what was opened is what is read.
Links on the way there belong to whoever grades, and are followed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import contextmanager, suppress
from errno import ELOOP
from typing import TYPE_CHECKING, BinaryIO

from grader.files import open_flag
from grader.source.candidates import QUIET
from grader.source.encoding import CannotReadError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_LIMIT = 50_000_000
_MOST_FOLDERS = 100
_PIECE, _MOST_HASHED = 1 << 20, 1 << 30
_SMALLER = "clear the notebook's outputs, or take the data out of the file"
_FOLDER = os.O_RDONLY | open_flag("O_DIRECTORY") | open_flag("O_NOFOLLOW") | open_flag("O_CLOEXEC")
_ABOVE = open_flag("O_PATH") | open_flag("O_DIRECTORY") | open_flag("O_CLOEXEC")
_FILE = os.O_RDONLY | open_flag("O_NONBLOCK") | open_flag("O_NOFOLLOW") | open_flag("O_CLOEXEC")
_FILE |= open_flag("O_BINARY")  # Windows would change the ends of lines


class LinkError(Exception):
    """There is a link where there should be a file or a folder; the message is its name."""


@contextmanager
def open_folder(path: Path) -> Iterator[tuple[int, str]]:
    """Open the folder at a path, or the one that a file lies in; give the file's name with it.

    The name of a folder itself is empty. Raises LinkError, and OSError.
    """
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise LinkError(path.name)
    if stat.S_ISDIR(mode):
        folder, name = os.open(path, _FOLDER), ""
    else:
        folder, name = os.open(path.parent, _ABOVE), path.name
    try:
        yield folder, name
    finally:
        os.close(folder)


@contextmanager
def open_inner(name: str, folder: int) -> Iterator[int]:
    """Open a folder that lies in an open one; raises OSError for a link and what is no folder."""
    inner = os.open(name, _FOLDER, dir_fd=folder)
    try:
        yield inner
    finally:
        os.close(inner)


def visible(folder: int) -> list[str]:
    """Name what lies in an open folder, in order, but for what is hidden."""
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))


def one_down(names: list[str], folder: int) -> list[str]:
    """Give the files of the folders in a folder, as `inner/name`; links are not followed."""
    found = []
    for inner in [name for name in names if name not in QUIET][:_MOST_FOLDERS]:
        with suppress(OSError, LinkError), open_inner(inner, folder) as opened:
            found += [f"{inner}/{name}" for name in visible(opened)]
    return found


def read_file(
    name: str, folder: int | None, most: int = FILE_LIMIT, advice: str = _SMALLER
) -> bytes:
    """Read a regular file of at most ``most`` bytes in an open folder; of more, give an advice.

    Without a folder the name is a path, for a person's own files on a system that opens no folder
    (Windows). Never waits, as opening a pipe would. Raises LinkError, CannotReadError for what is
    too large or no file, and OSError.
    """
    with _opened(name, folder) as stream:
        if os.fstat(stream.fileno()).st_size <= most and len(data := stream.read(most + 1)) <= most:
            return data
    raise CannotReadError(f"is larger than {most / 1e6:g} MB: {advice}")


def hash_file(name: str, folder: int) -> str:
    """Return a hash of a regular file in an open folder, whatever its size.

    Of more than anybody may hand in it is one of the size and of what comes first: it is refused
    in any case. Raises LinkError, CannotReadError for what is no file, and OSError.
    """
    with _opened(name, folder) as stream:
        whole = hashlib.sha256(f"{os.fstat(stream.fileno()).st_size} ".encode())
        for _ in range(_MOST_HASHED // _PIECE):
            if not (piece := stream.read(_PIECE)):
                break
            whole.update(piece)
    return whole.hexdigest()


@contextmanager
def _opened(name: str, folder: int | None) -> Iterator[BinaryIO]:
    _refuse_irregular(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode, name)
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        if error.errno == ELOOP:
            raise LinkError(name) from error
        raise
    with os.fdopen(descriptor, "rb") as stream:
        _refuse_irregular(os.fstat(descriptor).st_mode, name)
        yield stream


def _refuse_irregular(mode: int, name: str) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISLNK(mode):
        raise LinkError(name)
    thing = "a folder" if stat.S_ISDIR(mode) else "a pipe, a socket or a device"
    raise CannotReadError(f"is {thing} where a file is expected: hand in the file itself")
