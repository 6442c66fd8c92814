"""How much memory there is for one more grading, so that none runs short because of others."""

from __future__ import annotations

import contextlib
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


def read_available(meminfo: Path = _MEMINFO, group: Path = _GROUP) -> int | None:
    """Return the bytes that processes may still take, here and in our control group, if told."""
    found = []
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = meminfo.read_text(encoding="ascii").splitlines()
        told = next(line for line in [*lines, ""] if line.startswith("MemAvailable:") or not line)
        found.append(int(told.split()[1]) << 10)
    with contextlib.suppress(OSError, ValueError):
        most = int((group / "memory.max").read_text(encoding="ascii"))  # or "max"
        used = int((group / "memory.current").read_text(encoding="ascii"))
        lines = (group / "memory.stat").read_text(encoding="ascii").splitlines()
        given_back = sum(int(n) for name, n in map(str.split, lines) if name == "inactive_file")
        found.append(most - used + given_back)
    return min(found, default=None)


def has_room(running: int, each: int, available: int | None) -> bool:
    """Whether one more grading fits, if a worker of every one comes to take all that it may.

    What those that run have taken by now is counted twice, which is on the safe side. One runs in
    any case: how much memory a machine has is known before a class is graded.
    """
    return running == 0 or available is None or available >= (running + 1) * each
