"""How long a process was ready to run while others had the core: no submission's doing.

The second number of /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats).
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

__all__ = ["Account", "read_own_queued_seconds", "read_queued_seconds"]


class Account:
    """The kernel's account of a process's first thread, in which calls are made.

    Its further threads are left out: who starts many of them must not gain time by it.
    """

    def __init__(self, pid: int) -> None:
        self._descriptor, self._last = -1, 0.0
        with contextlib.suppress(OSError):
            self._descriptor = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY | os.O_CLOEXEC)

    def queued(self) -> float:
        """Seconds for which it was ready to run while others had the core, as last known."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            self._last = int(os.pread(self._descriptor, 100, 0).split()[1]) * 1e-9
        return self._last

    def close(self) -> None:
        """Give the descriptor back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def read_queued_seconds(pid: int) -> float | None:
    """Return how long the threads of a process were ready to run but did not, if that is told."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return sum(_queued(f"{task}/schedstat") for task in tasks) * 1e-9
    except (OSError, ValueError, IndexError):
        return None


def read_own_queued_seconds() -> float:
    """Return the same of the thread that asks; 0 where it is not told."""
    try:
        return _queued("/proc/thread-self/schedstat") * 1e-9
    except (OSError, ValueError, IndexError):
        return 0.0


def _queued(path: str) -> int:
    descriptor = os.open(path, os.O_RDONLY)  # often: no Path
    try:
        return int(os.read(descriptor, 100).split()[1])
    finally:
        os.close(descriptor)
