"""What checks are known to draw, kept in the user's cache, so that it need not be drawn again.

The seed of a grade does not depend on the student, so all who pass a check are asked the same. A
file holds what one check draws, and a folder all of one assignment's content, seed and versions. It
is a matter of speed alone: what is not there, or is not what it should be, is drawn by Hypothesis.

The files hold the inputs of hidden checks. So they are their owner's alone, they lie where no
worker reads, and without a wall there are none.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from grader.files import open_flag
from grader.grading.data_hash import data_versions
from grader.grading.draws import Draw, NotDataError, read_draws, write_draws
from grader.grading.module_cache import package_of
from grader.grading.versions import find_versions
from grader.home import cache_folder
from grader.sandbox.machine import processor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.assignment.folder import Assignment
    from grader.assignment.seed import GradeSeed
    from grader.sandbox.opened import Sandbox

__all__ = ["DrawCache", "open_draw_cache"]

FOLDER = "draws"
MOST_OF_ONE = 1 << 24  # bytes that one check may draw
MOST_OF_ALL = 1 << 28
KEPT_SECONDS = 30 * 86_400.0
_UNREAD = {"__pycache__", "submission"}
_READ = os.O_RDONLY | open_flag("O_NOFOLLOW") | open_flag("O_NONBLOCK") | open_flag("O_CLOEXEC")
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class DrawCache:
    """The draws of one assignment under one seed, a file for each case of a check."""

    folder: Path

    def recall(self, case: str) -> tuple[Draw, ...]:
        """Return what a case is known to draw; nothing, if that is not known."""
        try:
            return read_draws(_read_own(self._place(case)))
        except (OSError, NotDataError):
            return ()

    def keep(self, case: str, draws: Sequence[Draw]) -> None:
        """Keep what a case draws; where that cannot be written it is forgotten."""
        home = self.folder.parent
        with suppress(OSError):
            if not self.folder.exists():
                home.mkdir(mode=0o700, parents=True, exist_ok=True)
                _make_room(home)
                self.folder.mkdir(mode=0o700, exist_ok=True)
            if _is_own(home):
                _write_own(self._place(case), write_draws(draws))

    def _place(self, case: str) -> Path:
        return self.folder / hashlib.sha256(case.encode()).hexdigest()[:32]


def open_draw_cache(
    assignment: Assignment, sandbox: Sandbox, seed: GradeSeed, device: str, share: float
) -> DrawCache | None:
    """Return where the draws of a grade are kept; nowhere, if others could read them there.

    A `share` of the inputs is other inputs, and what a body discards may hang on the `device`.
    """
    folder = cache_folder()
    if folder is None or sandbox.shows(folder):
        return None
    try:
        home = folder / FOLDER
        if os.path.lexists(home) and not _is_own(home):
            return None
        cache = DrawCache(home / f"{seed.fingerprint}-{_key(assignment, seed, device, share)}")
        with suppress(FileNotFoundError):
            os.utime(cache.folder)  # it is of use, and so not among the oldest
    except OSError:
        return None
    return cache


def _key(assignment: Assignment, seed: GradeSeed, device: str, share: float) -> str:
    """Return what all draws hang on: the assignment's content, the seed, and who computes them."""
    versions = find_versions(assignment.limits.threads) | data_versions(assignment)
    versions |= _packages(assignment.packages)
    words = [*map("=".join, versions.items()), _own_code(), processor(), device, str(share)]
    words += [package_of(assignment.folder), f"{seed.for_check('draws'):x}"]
    homes = [assignment.folder, *([assignment.reference.parent] if assignment.reference else [])]
    data = assignment.public_data.folder if assignment.public_data else None
    for home in homes:
        words += [f"{path.relative_to(home)}={_digest(path)}" for path in _files(home, data)]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:32]


def _files(home: Path, data: Path | None) -> list[Path]:
    """Return every file of a folder that may have a say in what is drawn; its data has a hash."""
    found = []
    for folder, inner, names in os.walk(home):
        inner[:] = [name for name in inner if name not in _UNREAD and Path(folder, name) != data]
        found += [Path(folder, name) for name in names]
    return sorted(path for path in found if path.is_file())


@cache
def _own_code() -> str:
    """Return what our own code is known by, also while it is worked on."""
    home = Path(__file__).parents[1]
    facts = [(str(path.relative_to(home)), path.stat()) for path in sorted(home.rglob("*.py"))]
    told = [f"{name} {one.st_size} {one.st_mtime_ns}" for name, one in facts]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _digest(path: Path) -> str:
    facts = path.stat()
    return _digest_once(path, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size)


@lru_cache(maxsize=1024)
def _digest_once(path: Path, changed: int, _written: int, size: int) -> str:
    """Return what a file's content is known by: that of a large one by its size and time."""
    if size > MOST_OF_ONE:
        return f"{size} bytes of {changed}"
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _packages(names: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of the packages that an assignment names, where they are told."""
    from importlib import metadata  # noqa: PLC0415 - most assignments name none

    homes = metadata.packages_distributions() if names else {}
    known = sorted({home for name in names for home in homes.get(name, ())})
    return {name: metadata.version(name) for name in known}


def _is_own(folder: Path) -> bool:
    """Whether a folder is ours, and closed to everybody else."""
    facts = folder.lstat()
    is_closed = stat.S_ISDIR(facts.st_mode) and not facts.st_mode & _OTHERS
    return is_closed and facts.st_uid == os.geteuid()


def _read_own(place: Path) -> bytes:
    """Read a file that is ours alone; raises OSError if it is not there or is not that."""
    with os.fdopen(os.open(place, _READ), "rb") as file:
        facts = os.fstat(file.fileno())
        is_own = stat.S_ISREG(facts.st_mode) and facts.st_uid == os.geteuid()
        if not is_own or facts.st_mode & _OTHERS or facts.st_size > 2 * MOST_OF_ONE:
            raise OSError(f"{place} is not what it should be")
        return file.read(facts.st_size)


def _write_own(place: Path, data: bytes) -> None:
    """Write a file for its owner alone, whole or not at all: who reads it sees its digest."""
    descriptor, name = tempfile.mkstemp(dir=place.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        draft.replace(place)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _make_room(home: Path) -> None:
    """Take away the folders that were not used for long, and the oldest of too many bytes."""
    left, oldest_first = MOST_OF_ALL, sorted(home.iterdir(), key=_last_used, reverse=True)
    for folder in oldest_first:
        left -= _size_of_all(folder)
        if left < 0 or time.time() - _last_used(folder) > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _last_used(path: Path) -> float:
    with suppress(OSError):
        return path.lstat().st_mtime
    return 0.0


def _size_of_all(folder: Path) -> int:
    """Return the bytes in a folder; in what is none, or was taken away meanwhile, are none."""
    with suppress(OSError):
        return sum(_size(path) for path in folder.iterdir())
    return 0


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.lstat().st_size
    return 0
