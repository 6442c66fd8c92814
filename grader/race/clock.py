"""Reading another process's clocks, because a racer's own word on time counts for nothing.

The kernel keeps a CPU clock for every process and lets others read it (clock_getcpuclockid(3)):
its id is ``(~pid << 3) | 2``. It counts all threads of the process and stands still while
the process waits, is stopped, or is kept off the core by somebody else's work; that is why it is
five times steadier than the wall clock on a busy machine.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal, Protocol

from grader.sandbox.waiting import read_queued_seconds

__all__ = [
    "Clock",
    "CpuClock",
    "Instant",
    "Kind",
    "WallClock",
    "read_cpu_seconds",
    "why_no_cpu",
]

Kind = Literal["cpu", "wall"]

_CPUCLOCK_SCHED = 2  # include/linux/posix-timers.h: the precise account, not the ticks


@dataclass(frozen=True, slots=True)
class Instant:
    """What a racer's clocks said at one moment, in seconds; None for one that cannot be read.

    ``queued`` is the time for which it was ready to run while others had the core. What is
    left of the wall after ``cpu`` and ``queued`` it spent waiting for something.
    """

    wall: float
    cpu: float | None = None
    queued: float | None = None

    def since(self, earlier: Instant) -> Instant:
        """Return the time that went by on each clock."""
        return Instant(
            self.wall - earlier.wall,
            _difference(self.cpu, earlier.cpu),
            _difference(self.queued, earlier.queued),
        )

    @property
    def waited(self) -> float | None:
        """Seconds in which the racer neither ran nor was ready to, if both are known."""
        if self.cpu is None or self.queued is None:
            return None
        return max(self.wall - self.cpu - self.queued, 0.0)


class Clock(Protocol):
    """Something that tells the time of one racer."""

    def read(self) -> Instant:
        """Return the present moment."""
        ...


@dataclass(frozen=True, slots=True)
class CpuClock:
    """All clocks of the process ``pid``, as its number is seen from here."""

    pid: int

    def read(self) -> Instant:
        """Return the present moment; raises OSError when the process is gone."""
        cpu = read_cpu_seconds(self.pid)
        return Instant(time.perf_counter(), cpu, read_queued_seconds(self.pid))


@dataclass(frozen=True, slots=True)
class WallClock:
    """The wall alone: for CUDA, for several threads, and where no other clock can be read."""

    def read(self) -> Instant:
        """Return the present moment."""
        return Instant(time.perf_counter())


def read_cpu_seconds(pid: int) -> float:
    """Return the CPU time that all threads of a process have used; raises OSError if gone."""
    return time.clock_gettime_ns((~pid << 3) | _CPUCLOCK_SCHED) * 1e-9


def _difference(later: float | None, earlier: float | None) -> float | None:
    return None if later is None or earlier is None else later - earlier


def why_no_cpu(pid: int) -> str:
    """Return why a process's CPU clock cannot be read, in words, or "" when it can."""
    try:
        read_cpu_seconds(pid)
    except OSError as error:
        return f"its CPU clock cannot be read ({error.strerror})"
    return ""
