"""A hold on a process that cannot slip to another of the same number."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

from grader.sandbox.wire import readable

if TYPE_CHECKING:
    from grader.sandbox.ending import End


class ProcessHandle:
    """A descriptor that stands for the process; `killed` says whether it was ended by it.

    `end` is how it ended, once that was told.
    """

    def __init__(self, pidfd: int) -> None:
        self.pidfd = pidfd
        self.pid = _pid_behind(pidfd)
        self.killed = False
        self.end: End | None = None

    def send(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        self.killed |= number == signal.SIGKILL and not self.ended(0)
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, number)

    def ended(self, seconds: float) -> bool:
        """Whether the process ends within some seconds."""
        return readable(self.pidfd, seconds)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self.pidfd)


def _pid_behind(pidfd: int) -> int:
    """The process's number in the grader's own pid namespace."""
    with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as facts:
        fields = dict(line.split(":", 1) for line in facts if ":" in line)
    return int(fields["Pid"])
