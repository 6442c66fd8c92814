"""Stopping a worker while it is not its turn, so that it can slow nobody down.

Whatever threads it has, the kernel takes all of them off the cores at SIGSTOP, which no process
can catch or refuse, and puts them back at SIGCONT. Sent through the worker's pidfd, so that it can
never reach another process that has inherited the number.
"""

from __future__ import annotations

import signal
import time
from pathlib import Path

__all__ = ["freeze", "is_frozen", "thaw"]

_STOP_SECONDS = 10.0  # a thread stops once it has a core, for which it may have to wait
_BLIND_SECONDS = 0.1  # where that cannot be seen nobody waits longer
_PAUSE = 0.001  # between two looks later than that: what waits for a core gets it


def freeze(pidfd: int, pid: int) -> None:
    """Stop a process and wait until it has stopped; raises OSError if that is not allowed."""
    signal.pidfd_send_signal(pidfd, signal.SIGSTOP)
    began = time.monotonic()
    while not (seen := is_frozen(pid)):
        waited = time.monotonic() - began
        if waited >= (_BLIND_SECONDS if seen is None else _STOP_SECONDS):
            return
        time.sleep(0 if waited < _BLIND_SECONDS else _PAUSE)


def thaw(pidfd: int) -> None:
    """Let a stopped process go on; raises OSError if that is not allowed."""
    signal.pidfd_send_signal(pidfd, signal.SIGCONT)


def is_frozen(pid: int) -> bool | None:
    """Whether every thread of a process that has not ended is stopped; None if none is seen."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        states = {_state(task / "stat") for task in tasks} - {"Z", "X"}
    except OSError:
        return None
    return states <= {"T", "t"} if states else None


def _state(path: Path) -> str:
    """One letter (proc(5)), after the name in brackets, which may itself hold anything."""
    return path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
