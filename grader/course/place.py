"""The folder of grades: what it lies on, and who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from grader.grade.late import format_time
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK = ".lock"
_NETWORKS = (
    "nfs",
    "cifs",
    "smb",
    "fuse",
    "9p",
    "lustre",
    "ceph",
    "afs",
    "gpfs",
    "beegfs",
    "glusterfs",
)
_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPES = {r"\040": " ", r"\011": "\t", r"\012": "\n", r"\134": "\\"}


def network_of(folder: Path, mounts: str | None = None) -> str:
    """Return the kind of network file system that a folder lies on; "" where the disk is local."""
    real, best, kind = Path(os.path.realpath(folder)), -1, ""
    for line in (_MOUNTS.read_text() if mounts is None else mounts).splitlines():
        about, _, more = line.partition(" - ")
        point = about.split()[4]
        for escape, letter in _ESCAPES.items():
            point = point.replace(escape, letter)
        if real.is_relative_to(point) and len(Path(point).parts) >= best:
            best, kind = len(Path(point).parts), more.split()[0]
    return kind if kind.startswith(_NETWORKS) else ""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder of grades alone; MisuseError says who holds it.

    Raises OSError where the file system knows no locks, as some over a network.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise MisuseError(f"{folder}: {_holder(file.read(1000))}") from error
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(folder / LOCK)) from error
        file.truncate(0)
        me = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": format_time(datetime.now(UTC)),
        }
        file.write(json.dumps(me))
        file.flush()
        yield
        file.truncate(0)


def _holder(text: str) -> str:
    try:
        told = json.loads(text)
        who = f"process {told['pid']} on {told['host']}, since {told['since']}"
    except (ValueError, KeyError, TypeError):
        who = "another process"
    return f"is held by another command of this kind ({who}): wait for it, or interrupt it"
