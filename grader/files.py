"""Files and folders that appear whole or not at all, and never by way of somebody else's link.

Where reports go a student may have been first. So there are places of two kinds. A name of the
kit's own choosing stands for itself: a link of that name is replaced, and a folder, a pipe or a
device is refused. A place that was *named*, by a person or by the environment, is what it leads
to: links are followed, and what is no file is written to and never replaced. A folder is held open
while a file is made in it, so that nothing put in its place meanwhile is followed either.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import stat
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from errno import EACCES, EEXIST, ELOOP, ENOENT
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def open_flag(name: str) -> int:
    """Return a flag of open(2), or nothing on a system that lacks it, where nothing is graded."""
    return int(getattr(os, name, 0))


_CLOSED_IN_OTHERS = open_flag("O_CLOEXEC")
_FOLDER = open_flag("O_PATH") | open_flag("O_DIRECTORY") | _CLOSED_IN_OTHERS
_DRAFT = os.O_WRONLY | os.O_CREAT | os.O_EXCL | open_flag("O_NOFOLLOW") | _CLOSED_IN_OTHERS
_ADDED = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _CLOSED_IN_OTHERS
_MODE = 0o644
_THINGS = {stat.S_IFDIR: "folder", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket"}


@dataclass(frozen=True, slots=True)
class OutputFile:
    """Bytes for a place, `named` by somebody or of the kit's choice: a file of their own, or added.

    To be added is for files that a runner reads, which are always named.
    """

    place: Path
    data: bytes
    named: bool = False
    append: bool = False

    @property
    def is_added(self) -> bool:
        """Whether the bytes are added to what is there, and nothing is replaced."""
        return self.append or (self.named and self.place.exists() and not self.place.is_file())


def write_all(parcels: Sequence[OutputFile]) -> None:
    """Write all parcels, or none: the OSError has the place at fault as its `filename`."""
    with ExitStack() as stack:
        drafts = [stack.enter_context(_drafted(p)) for p in parcels if not p.is_added]
        for parcel in parcels:
            if parcel.is_added:
                stack.enter_context(_added(parcel))
        for put in drafts:
            put()


def require_places(parcels: Sequence[OutputFile], *, parents: bool = False) -> None:
    """Raise the OSError that `write_all` would, as far as it can be known before; leave nothing.

    With `parents`, the folders of a place may be missing, if they can be made.
    """
    for parcel in parcels:
        with _blamed(parcel.place):
            if parcel.is_added and os.path.lexists(parcel.place):
                _require_open(parcel.place)
            elif parents and not parcel.append and not os.path.lexists(parcel.place.parent):
                require_folder(parcel.place.parent)
            else:
                with _drafted(replace(parcel, append=False)):
                    pass


def require_folder(place: Path) -> None:
    """Raise OSError where no folder can be made: in the nearest of its parents that there is."""
    real = Path(os.path.realpath(place))
    nearest = next(parent for parent in real.parents if os.path.lexists(parent))
    with _blamed(place), _drafted(OutputFile(nearest / _draft_name(), b"")):
        for name in real.relative_to(nearest).parts:
            with suppress(FileNotFoundError):
                (nearest / name).lstat()


def _require_open(place: Path) -> None:
    """Raise OSError where nothing can be added; a pipe is not opened, to wait for no reader."""
    mode = place.stat().st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        os.close(os.open(place, os.O_WRONLY | os.O_APPEND | _CLOSED_IN_OTHERS))
    elif not os.access(place, os.W_OK):
        raise OSError(EACCES, os.strerror(EACCES))


def write_whole(place: Path, data: bytes, *, named: bool = False) -> None:
    """Write one file, whole or not at all."""
    write_all([OutputFile(place, data, named)])


@contextmanager
def new_folder(place: Path, home: Path | None = None) -> Iterator[Path]:
    """Give a folder beside a place to fill; put it there at the end, or leave nothing behind.

    At the place may be an empty folder at most. The place was named, links in it are followed;
    or, with a `home`, what lies below that is of the kit's choice. Raises OSError.
    """
    if home is None:
        place = Path(os.path.realpath(place))
    else:
        _refuse_links(home, place)
    missing = [parent for parent in place.parents if not os.path.lexists(parent)]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _folder_beside(place) as beside:
            yield beside
    except BaseException:
        for parent in missing:
            with suppress(OSError):
                parent.rmdir()
        raise


class TemporaryFolder(tempfile.TemporaryDirectory[str]):
    """One that goes at the latest with this process, also where its removal is interrupted."""

    def __init__(self, prefix: str = "torchmarks-", *, lenient: bool = False) -> None:
        super().__init__(prefix=prefix, ignore_cleanup_errors=lenient)

    def cleanup(self) -> None:
        """Remove the folder, with all that is in it."""
        atexit.register(super().cleanup)
        super().cleanup()
        atexit.unregister(super().cleanup)


@contextmanager
def _folder_beside(place: Path) -> Iterator[Path]:
    beside = place.parent / _draft_name()
    beside.mkdir()
    try:
        yield beside
        beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _draft_name() -> str:
    return f".torchmarks-{secrets.token_hex(8)}"


def _refuse_links(home: Path, place: Path) -> None:
    for folder in place.parents:
        if folder != home and folder.is_relative_to(home) and folder.is_symlink():
            raise OSError(ELOOP, f"there is a link of the name {folder.name}", str(place))


@contextmanager
def _drafted(parcel: OutputFile) -> Iterator[Callable[[], None]]:
    """Write a file beside the place of a parcel and give what puts it there; else take it away."""
    place = Path(os.path.realpath(parcel.place)) if parcel.named else parcel.place
    with _blamed(parcel.place):
        if not os.path.lexists(place.parent):
            raise OSError(ENOENT, f"there is no folder {place.parent}")
        folder = os.open(place.parent, _FOLDER)
    draft = _draft_name()

    def put() -> None:
        with _blamed(parcel.place):
            os.replace(draft, place.name, src_dir_fd=folder, dst_dir_fd=folder)

    try:
        with _blamed(parcel.place):
            _require_file(place.name, folder)
            _fill(draft, parcel.data, folder)
        yield put
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=folder)
        os.close(folder)


def _require_file(name: str, folder: int) -> None:
    """Raise OSError where something lies that a file must not replace."""
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
        thing = _THINGS.get(stat.S_IFMT(mode), "device")
        raise OSError(EEXIST, f"there is a {thing} of that name")


def _fill(name: str, data: bytes, folder: int) -> None:
    with os.fdopen(os.open(name, _DRAFT, _MODE, dir_fd=folder), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _added(parcel: OutputFile) -> Iterator[None]:
    """Add a parcel to the end of its place; take it off a file if something fails."""
    with _blamed(parcel.place):
        descriptor = os.open(parcel.place, _ADDED, _MODE)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        before = os.fstat(descriptor)
        try:
            with _blamed(parcel.place):
                left = memoryview(parcel.data)
                while left:
                    left = left[file.write(left) :]
            yield
        except BaseException:
            if stat.S_ISREG(before.st_mode):
                file.truncate(before.st_size)
            raise


@contextmanager
def _blamed(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(place)) from error
