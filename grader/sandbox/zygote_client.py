"""A line to a zygote, on which workers are asked for: one for each process of the grader's."""

import contextlib
import json
import math
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from itertools import count
from typing import Any

from grader.assignment.limits import Limits
from grader.sandbox.card import Card, find_card
from grader.sandbox.card_memory import MemoryWatch
from grader.sandbox.ending import End, is_kill, out_of_memory
from grader.sandbox.gpu import wait_for_gpu
from grader.sandbox.levels import IsolationError, Level, StartTimeoutError
from grader.sandbox.lines import open_lines
from grader.sandbox.outcome import Died
from grader.sandbox.process_handle import ProcessHandle
from grader.sandbox.scratch import Scratch
from grader.sandbox.wire import readable
from grader.sandbox.worker import Worker

MESSAGE = 1 << 16
_FORK_SECONDS = 20
_COMPILE_SCRATCH, _COMPILE_FILES = 2 << 30, 1 << 16  # what torch.compile builds lies there


class ZygoteClient:
    """Asks a zygote, of this ``pid``, for workers.

    Safe to use from several threads, not from several processes.

    ``numbers`` name the workers: no two of a zygote's may have the same. When the line closes, the
    zygote ends the workers that were asked for on it. ``robbed`` is how many were ended by neither
    us nor a limit of theirs: by the kernel, when the machine had no memory left, or by a hand.
    """

    def __init__(
        self,
        level: Level,
        pid: int,
        control: socket.socket,
        scratch: Scratch,
        numbers: Iterator[int] | None = None,
    ) -> None:
        self.level, self.pid, self.control, self.scratch = level, pid, control, scratch
        self.robbed = 0
        self._ends: dict[int, End] = {}
        self._numbers = numbers or count(1)
        self._lock = threading.RLock()

    def fork(
        self, limits: Limits, private: tuple[str, ...] = (), profile: str | None = None
    ) -> Worker:
        """A fresh worker, confined before it has seen anything. ``private``: folders it alone sees.

        Raises IsolationError if the zygote is gone or cannot fork, and StartTimeoutError if it
        does not answer in time.
        """
        lines, theirs = open_lines()
        try:
            with self._lock:
                number = next(self._numbers)
                message = json.dumps(self._job(number, limits, private, profile)).encode()
                flags = socket.MSG_NOSIGNAL
                socket.send_fds(self.control, [message], theirs.descriptors, flags)
                pidfd = self._forked(number)
        except BaseException as error:
            lines.close()
            if not isinstance(error, (OSError, IsolationError)):
                raise
            kind = StartTimeoutError if isinstance(error, StartTimeoutError) else IsolationError
            raise kind(f"{self.level.name}: the zygote does not fork ({error})") from error
        finally:
            theirs.close()
        memory = self._memory_watch(limits, grip := ProcessHandle(pidfd))
        watch = self._watch(number, limits, memory)
        end = partial(self._end_of, number, grip, limits)
        worker = Worker(lines, grip, limits, end, watch, memory)
        return worker if self.level.device == "cpu" else wait_for_gpu(worker, self.level.name)

    def connect(self, numbers: Iterator[int]) -> "ZygoteClient":
        """Open another line to the zygote, for another process of the grader's.

        Of its ``numbers`` none may be a worker's that is asked for on another line. Raises
        IsolationError if the zygote is gone.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            message = json.dumps({"line": True}).encode()
            socket.send_fds(self.control, [message], [theirs.fileno()], socket.MSG_NOSIGNAL)
        except OSError as error:
            ours.close()
            raise IsolationError(f"{self.level.name}: the zygote is gone ({error})") from error
        finally:
            theirs.close()
        return ZygoteClient(self.level, self.pid, ours, self.scratch, numbers)

    def close(self) -> None:
        """Close the line, which ends its workers."""
        self.control.close()

    def _memory_watch(self, limits: Limits, grip: ProcessHandle) -> MemoryWatch | None:
        """What knows of a worker's memory on the card, where there is one that tells."""
        if self.level.device == "cpu" or self._card is None:
            return None
        return MemoryWatch(self._card, grip.pid, limits.gpu_memory)

    def _watch(
        self, number: int, limits: Limits, memory: MemoryWatch | None
    ) -> Callable[[], Died | None] | None:
        """What looks at a worker while it is waited for, where the kernel does not bound it."""
        if self.level.device == "cpu":
            return (lambda: self.scratch.overfull(number, limits)) if self.scratch.ours else None

        def look() -> Died | None:
            if memory is not None and memory.is_over():
                return out_of_memory(limits, on_gpu=True)
            return self.scratch.overfull(number, limits)

        return look

    @cached_property
    def _card(self) -> Card | None:
        return find_card()

    def _job(
        self, number: int, limits: Limits, private: tuple[str, ...], profile: str | None
    ) -> dict[str, Any]:
        profile = profile or limits.profile
        compiles = profile == "compile"
        return {
            "number": number,
            "memory": limits.memory,
            "gpu_memory": limits.gpu_memory,
            "cpu_seconds": math.ceil(limits.cpu_seconds),
            "scratch": max(limits.scratch, _COMPILE_SCRATCH) if compiles else limits.scratch,
            "files": max(limits.files, _COMPILE_FILES) if compiles else limits.files,
            "profile": profile,
            "threads": limits.threads,
            "private": [os.path.realpath(path) for path in private],
            "folder": self.scratch.folder(number),
        }

    def _forked(self, number: int) -> int:
        deadline = time.monotonic() + _FORK_SECONDS
        while readable(self.control.fileno(), max(0, deadline - time.monotonic())):
            data, handles, _, _ = socket.recv_fds(self.control, MESSAGE, 1)
            if not data:
                raise IsolationError(f"no answer about worker {number}")
            message = json.loads(data)
            if handles and message["number"] == number:
                return handles[0]
            if handles:
                _end_late(handles[0])
            elif message["number"] == number:
                raise IsolationError(message["failed"])
            else:
                self._ends[message["number"]] = message
        raise StartTimeoutError(f"no answer about worker {number} within {_FORK_SECONDS} s")

    def _end_of(self, number: int, grip: ProcessHandle, limits: Limits) -> End:
        """How a worker ended; asked once more, as after an interrupt, that is known by now."""
        deadline = time.monotonic() + _FORK_SECONDS
        with self._lock:
            while grip.end is None and number not in self._ends:
                message = self._message(deadline - time.monotonic())
                if message is None:
                    self._ends[number] = {"number": number, "exit": -9, "cpu": 0.0, "memory": 0}
                    break
                self._ends[message["number"]] = message
                self._leave_message()
            self.scratch.remove(number)
            if grip.end is None:
                self.robbed += not grip.killed and is_kill(self._ends[number], limits)
                grip.end = self._ends[number]
            self._ends.pop(number, None)
            return grip.end

    def _message(self, seconds: float) -> dict[str, Any] | None:
        """The next message, which stays the next until it is left: an interrupt loses none."""
        try:
            if not readable(self.control.fileno(), max(0, seconds)):
                return None
            data = self.control.recv(MESSAGE, socket.MSG_PEEK)
        except (OSError, ValueError):
            return None
        return json.loads(data) if data else None

    def _leave_message(self) -> None:
        with contextlib.suppress(OSError):
            self.control.recv(1)  # of a message what is not taken is dropped


def _end_late(pidfd: int) -> None:
    """End a worker that was forked after nobody waited for it any more."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    os.close(pidfd)
