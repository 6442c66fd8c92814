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

_STOP_SECONDS = 0.1  # where its state cannot be read nobody waits longer


def freeze(pidfd: int, pid: int) -> None:
    """Stop a process and wait until it has stopped; raises OSError if that is not allowed."""
    signal.pidfd_send_signal(pidfd, signal.SIGSTOP)
    deadline = time.monotonic() + _STOP_SECONDS
    while not is_frozen(pid) and time.monotonic() < deadline:
        time.sleep(0)


def thaw(pidfd: int) -> None:
    """Let a stopped process go on; raises OSError if that is not allowed."""
    signal.pidfd_send_signal(pidfd, signal.SIGCONT)


def is_frozen(pid: int) -> bool:
    """Whether every thread of a process is stopped; False when that cannot be seen."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return bool(tasks) and all(_state(task / "stat") in "Tt" for task in tasks)
    except OSError:
        return False


def _state(path: Path) -> str:
    """One letter (proc(5)), after the name in brackets, which may itself hold anything."""
    return path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
