"""Files that appear whole or not at all, several of them together.

A file is written beside its place and renamed when all the others are ready too. What is no
file, such as a pipe or a device, is written to and never replaced; a link is followed.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from errno import EISDIR
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Parcel:
    """Bytes for a place: a file of their own, or added to the end of one that a runner reads."""

    place: Path
    data: bytes
    append: bool = False

    @property
    def is_added(self) -> bool:
        """Whether the bytes are added to what is there, and nothing is replaced."""
        return self.append or (self.place.exists() and not self.place.is_file())


def write_all(parcels: Sequence[Parcel]) -> None:
    """Write all parcels, or none: the OSError has the place at fault as its `filename`."""
    with ExitStack() as stack:
        ready = [
            (stack.enter_context(_beside(parcel)), parcel.place.resolve())
            for parcel in parcels
            if not parcel.is_added
        ]
        for parcel in parcels:
            if parcel.is_added:
                stack.enter_context(_added(parcel))
        for beside, place in ready:
            beside.replace(place)


def write_whole(path: Path, data: bytes) -> None:
    """Write one file, whole or not at all."""
    write_all([Parcel(path, data)])


@contextmanager
def _beside(parcel: Parcel) -> Iterator[Path]:
    """Write a file beside the place of a parcel; take it away if it was not renamed."""
    with _blamed(parcel.place):
        place = parcel.place.resolve()
        descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with _blamed(parcel.place), os.fdopen(descriptor, "wb") as file:
            file.write(parcel.data)
            Path(name).chmod(0o644)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def _added(parcel: Parcel) -> Iterator[None]:
    """Add a parcel to the end of its place; take it off a file if something fails."""
    with _blamed(parcel.place):
        if parcel.place.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        descriptor = os.open(parcel.place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        before = parcel.place.stat().st_size
        try:
            with _blamed(parcel.place):
                left = memoryview(parcel.data)
                while left:
                    left = left[file.write(left) :]
            yield
        except BaseException:
            if parcel.place.is_file():
                file.truncate(before)
            raise


@contextmanager
def _blamed(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(place)) from error
