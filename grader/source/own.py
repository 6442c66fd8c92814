"""A person's own files, read on every system, with the same words as those of a grade.

They are read by their paths: Windows opens no folder. Nobody else can have put anything in their
place, so that what a path leads to need not be held.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from grader.source.encoding import CannotReadError
from grader.source.handin import LINK, MisuseError, Source, Unreadable, read_handin
from grader.source.nofollow import LinkError, read_file
from grader.source.several import SMALLER, read_files, require_all, rest_notice
from grader.text import clean_path

if TYPE_CHECKING:
    from collections.abc import Iterator


def load_own_file(path: Path, accepts: tuple[str, ...]) -> Source | Unreadable:
    """Read one file; raises ``MisuseError`` for a link, and for what cannot be read now."""
    with _told(path):
        try:
            data = read_file(str(path), None)
        except CannotReadError as error:
            name = clean_path(path.name)
            return Unreadable(name, "", f"{name} {error}.")
        return read_handin(path.name, data, accepts)


def load_own_files(folder: Path, names: tuple[str, ...], most: int) -> Source | Unreadable:
    """Read files of all these names, of at most so many bytes together; or ``MisuseError``."""

    def read(name: str) -> bytes:
        return read_file(str(folder / name), None, most, SMALLER)

    with _told(folder):
        held = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        require_all(names, held, clean_path(str(folder)))
        return read_files(names, most, read, rest_notice(names, held))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Raise ``MisuseError`` in place of what the system says."""
    try:
        yield
    except LinkError as link:
        raise MisuseError(f"{clean_path(Path(str(link)).name)} {LINK}") from link
    except OSError as error:
        name = clean_path(Path(error.filename or path).name)
        raise MisuseError(f"{name} cannot be read: {error.strerror}") from error
