"""One core for both racers, and for no other race that runs beside this one.

A name in the abstract Unix namespace stands for each core: binding it takes the core, and
the kernel gives it back when the grader ends, however it ends.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Core", "pin", "take_core"]


@dataclass(frozen=True, slots=True)
class Core:
    """A core that is held until ``release``."""

    number: int
    alone: bool
    holder: socket.socket | None = None

    def release(self) -> None:
        """Give the core back."""
        if self.holder is not None:
            self.holder.close()


def take_core() -> Core:
    """Take the last core of this process's that no other race holds, or share the last.

    ``alone`` is False if this process may use one core only, so that the grader shares it.
    """
    cores = sorted(os.sched_getaffinity(0), reverse=True)
    alone = len(cores) > 1
    for number in cores[:-1] or cores:  # the lowest is left to the grader
        holder = _hold(number)
        if holder is not None:
            return Core(number, alone, holder)
    return Core(cores[0], alone)


def pin(pid: int, number: int) -> None:
    """Keep every thread of a stopped process on one core, and those that they start.

    Who runs meanwhile may start threads faster than they are pinned, or end one that is about to
    be. Raises OSError when it is not allowed.
    """
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(ProcessLookupError):  # one that had ended, and was not stopped
            os.sched_setaffinity(int(task.name), {number})


def _hold(number: int) -> socket.socket | None:
    holder = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        holder.bind(f"\0torchmarks-race-core-{number}")
    except OSError:
        holder.close()
        return None
    return holder
