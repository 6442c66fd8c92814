"""Where workers write without a file system of their own: a folder each, watched and removed."""

import contextlib
import os
import subprocess
import tempfile
import weakref
from pathlib import Path

from grader.assignment.limits import Limits
from grader.sandbox.outcome import Died

INSIDE = "/scratch"
_LOOK_AT = 20_000  # a call is waited for meanwhile


class Scratch:
    """The folders of one zygote's workers.

    With a root of its own a level has ``/scratch`` in there, and nothing is made here. The
    kernel bounds that one; a folder of the machine's own is looked at while a call is
    waited for, and a worker that overfilled it is ended. It is removed at the latest when this
    process ends, unless that is killed.
    """

    def __init__(self, *, inside: bool, each: bool, passable: bool = False) -> None:
        self.each = each
        self.root = INSIDE if inside else tempfile.mkdtemp(prefix="torchmarks-")
        self.ours = not inside
        if self.ours:
            self._lost = weakref.finalize(self, _remove_lost, self.root, os.getpid())
        if (
            passable and not inside
        ):  # workers have users of their own, and folders that only they can enter
            Path(self.root).chmod(0o711)

    def folder(self, number: int) -> str:
        """The folder of one worker."""
        return os.path.join(self.root, str(number)) if self.each else self.root

    def overfull(self, number: int, limits: Limits) -> Died | None:
        """The end of a worker whose folder holds too much; None if it is within its limits."""
        if not self.ours:
            return None
        size, entries = _contents(self.folder(number))
        if size > limits.scratch:
            return Died(f"wrote more than {limits.scratch:,} bytes to its folder")
        return Died(f"made more than {limits.files} files") if entries > limits.files else None

    def remove(self, number: int) -> None:
        """Remove a worker's folder with all that is in it, however deep and whatever its modes."""
        if self.ours:
            _remove(self.folder(number))

    def close(self) -> None:
        """Remove what is left."""
        if self.ours:
            _remove(self.root)
            self._lost.detach()


def _contents(folder: str) -> tuple[int, int]:
    """Bytes on disk and entries below a folder; it stops counting far above any limit."""
    size = entries = 0
    waiting = [folder]
    while waiting and entries < _LOOK_AT:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as found:
            for entry in found:
                entries += 1
                facts = entry.stat(follow_symlinks=False)
                size += facts.st_blocks * 512  # what it takes on the disk: holes take nothing
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return size, entries


def _remove_lost(folder: str, owner: int) -> None:
    """Remove what nobody closed; in the child of a fork it is the parent's."""
    if os.getpid() == owner:
        _remove(folder)


def _remove(folder: str) -> None:
    """Remove by the system's rm: the tree may be deeper than Python recurses or a path is long."""
    if not os.path.lexists(folder):
        return
    if not _run("/bin/rm", "-rf", "--", folder):
        _run("/bin/chmod", "-R", "u+rwx", "--", folder)
        _run("/bin/rm", "-rf", "--", folder)


def _run(*words: str) -> bool:
    done = subprocess.run(words, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - the system's own
    return done.returncode == 0
