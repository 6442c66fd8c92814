"""How long a process was ready to run while others had the core: no submission's doing.

The second number of /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats).
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["read_own_queued_seconds", "read_queued_seconds"]


def read_queued_seconds(pid: int) -> float | None:
    """Return how long the threads of a process were ready to run but did not, if that is told."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return sum(_queued(task / "schedstat") for task in tasks) * 1e-9
    except (OSError, ValueError, IndexError):
        return None


def read_own_queued_seconds() -> float:
    """Return the same of the thread that asks; 0 where it is not told."""
    try:
        return _queued(Path("/proc/thread-self/schedstat")) * 1e-9
    except (OSError, ValueError, IndexError):
        return 0.0


def _queued(path: Path) -> int:
    return int(path.read_bytes().split()[1])
