"""The calibrations of cores, kept for an hour in the user's cache, so that each race need not pay.

One file holds them all. It is a matter of speed alone: where there is no cache folder, or the file
is not what it should be, a core is calibrated anew; and whatever is recalled is raced for a lap
before it is believed.
"""

from __future__ import annotations

import hashlib
import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import msgspec

from grader.files import write_whole
from grader.home import cache_folder
from grader.race.calibrate import Calibration  # noqa: TC001 - read when the program runs
from grader.sandbox.machine import processor

if TYPE_CHECKING:
    from pathlib import Path

    from grader.assignment.folder import Assignment

__all__ = ["CalibrationCache", "key_of", "open_cache"]

FILE = "cores.json"
KEPT_SECONDS = 3600.0


class _Entry(msgspec.Struct, frozen=True):
    at: float
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class CalibrationCache:
    """The entry of one core and one race in the file of all of them."""

    path: Path
    key: str

    def recall(self) -> Calibration | None:
        """Return what was kept less than an hour ago."""
        entry = self._entries().get(self.key)
        return entry.calibration if entry else None

    def keep(self, calibration: Calibration) -> None:
        """Keep a calibration, and forget all that are too old; a file that cannot be is none."""
        entries = self._entries() | {self.key: _Entry(time.time(), calibration)}
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, msgspec.json.encode(entries))

    def _entries(self) -> dict[str, _Entry]:
        try:
            found = msgspec.json.decode(self.path.read_bytes(), type=dict[str, _Entry])
        except (OSError, msgspec.MsgspecError, UnicodeError):
            return {}
        now = time.time()
        return {key: one for key, one in found.items() if 0 <= now - one.at < KEPT_SECONDS}


def open_cache(key: str) -> CalibrationCache | None:
    """Return the cache of a key, for a user who has a cache folder."""
    folder = cache_folder()
    return CalibrationCache(folder / FILE, key) if folder else None


def key_of(assignment: Assignment, export: str, device: str, *parts: object) -> str:
    """Return what a calibration is good for: this machine, these versions, this race, no other.

    ``parts`` are what else decides about it, such as the core and the level of isolation.
    """
    files = [assignment.toml, *([assignment.reference] if assignment.reference else [])]
    texts = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    words = [*_machine(), str(assignment.folder), *texts, export, device, *map(str, parts)]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


@cache
def _machine() -> tuple[str, ...]:
    """Return the machine's name and processor, and the versions of all that computes."""
    kit = ""
    with suppress(PackageNotFoundError):
        kit = version("torchmarks")
    versions = platform.python_version(), version("numpy"), version("torch"), kit
    return platform.node(), processor(), platform.release(), *versions
