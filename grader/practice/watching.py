"""Saves of files in one folder: told by the system where it tells, else found by looking.

Editors save by renaming, so the folder is watched and its events are filtered by name; whether
anything changed is decided by the content. Some file systems (NFS, WSL's /mnt/c, some containers)
tell nothing: once a save was found that nobody told of, the file is looked at all the time.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

SETTLED_SECONDS = 0.05  # without another event: whoever writes is done, or is waited for
_LOOK_SECONDS = 1.0  # between two looks at a file of which events are told
_POLL_SECONDS = 0.2  # and of which none are
_WAIT_SECONDS = 1.0  # for the rest of a notebook, before it is taken as it is
_QUIET = {"opened", "closed_no_write"}  # what reading it causes


class FileWatch(FileSystemEventHandler):
    """Says of some files of one folder when there is something new in them; a context manager.

    `told` hears, once, that no events come here.
    """

    def __init__(
        self,
        files: Sequence[Path],
        told: Callable[[str], object],
        now: Callable[[], float] = time.monotonic,
        *,
        events: bool = True,
    ) -> None:
        self.files, self.folder, self._told, self._now = files, files[0].parent, told, now
        self._events, self.polls = events, False
        self._heard = self._handled = self._stirred = 0.0
        self._looked, self._facts = now(), self._stat()
        self.digest = self._digest()
        self._observer = Observer()

    def __enter__(self) -> Self:
        if self._events:
            with suppress(OSError):  # no events to be had here: then it is found by looking
                self._observer.schedule(self, str(self.folder), recursive=False)
                self._observer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note an event that is about a file, under its name now or before; another thread's."""
        paths = (str(event.src_path), str(event.dest_path))
        if event.event_type not in _QUIET and any(self._is_it(path) for path in paths):
            self._heard = self._now()

    def take_change(self) -> bool:
        """Whether there is something new in the files, all of it; never waits.

        A file that is away, locked or empty, or a notebook that breaks off is waited for.
        """
        now = self._now()
        if self._heard > self._handled:
            self._stirred = self._heard
        elif not self._stirred and now - self._looked >= self._pause:
            self._look(now)
        if not self._stirred or now - self._stirred < SETTLED_SECONDS:
            return False
        if not self._is_whole(now):
            return False
        facts, digest = self._stat(), self._digest()
        if not digest:  # whoever writes has locked it (Windows)
            return False
        self._handled, self._stirred, self._facts = self._stirred, 0.0, facts
        is_new, self.digest = digest != self.digest, digest
        return is_new

    @property
    def _pause(self) -> float:
        return _POLL_SECONDS if self.polls else _LOOK_SECONDS

    def _look(self, now: float) -> None:
        """Find out without an event whether the file was saved; if so no events come here."""
        self._looked = now
        if (facts := self._stat()) == self._facts:
            return
        self._facts, self._stirred = facts, now
        if not self.polls:
            self.polls = True
            self._told(
                f"no events come from {self.folder}: looking every {_POLL_SECONDS:g} s instead"
            )

    def _is_it(self, path: str) -> bool:
        name = path.replace("\\", "/").rpartition("/")[2]
        return any(name == file.name for file in self.files)

    def _is_whole(self, now: float) -> bool:
        with suppress(OSError):
            is_late = now - self._stirred > _WAIT_SECONDS
            return all(_is_whole(file, is_late=is_late) for file in self.files)
        return False

    def _stat(self) -> tuple[int, ...]:
        with suppress(OSError):
            found = [file.stat() for file in self.files]
            return tuple(n for f in found for n in (f.st_mtime_ns, f.st_size, f.st_ino))
        return ()

    def _digest(self) -> str:
        with suppress(OSError):
            each = [hashlib.sha256(file.read_bytes()).digest() for file in self.files]
            return hashlib.sha256(b"".join(each)).hexdigest()
        return ""


def _is_whole(file: Path, *, is_late: bool) -> bool:
    """Whether a file has something in it, and a notebook its end, for which nobody waits long."""
    size = file.stat().st_size
    if size == 0 or file.suffix != ".ipynb" or is_late:
        return size > 0
    with file.open("rb") as stream:
        stream.seek(-min(64, size), 2)
        return stream.read().rstrip().endswith(b"}")
