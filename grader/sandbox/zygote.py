"""The zygote, seen from the grader: started once, forks workers on request."""

import contextlib
import json
import math
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Self

from grader.assignment.limits import Limits
from grader.sandbox import visible_paths
from grader.sandbox.ending import End, out_of_memory
from grader.sandbox.gpu import Card, MemoryWatch, find_card, wait_for_gpu
from grader.sandbox.levels import IsolationError, Level, StartTimeoutError
from grader.sandbox.lines import open_lines
from grader.sandbox.outcome import Died
from grader.sandbox.process_handle import ProcessHandle
from grader.sandbox.scratch import Scratch
from grader.sandbox.wire import readable
from grader.sandbox.worker import Worker
from grader.text import clean

_START_SECONDS = 120
_FORK_SECONDS = 20
_LEAVE_SECONDS = 5
_MESSAGE = 1 << 16
_COMPILE_SCRATCH, _COMPILE_FILES = 2 << 30, 1 << 16  # what torch.compile builds lies there
_LAUNCHER = Path(__file__).parents[1] / "inside" / "launch.py"


class Zygote:
    """One process behind the wall that has everything imported and holds no secret.

    It ends when its control socket closes, however the grader ended. Safe to use from
    several threads.
    """

    def __init__(
        self,
        level: Level,
        process: subprocess.Popen[bytes],
        control: socket.socket,
        scratch: Scratch,
        words: IO[bytes],
    ) -> None:
        self.level, self.process, self.control, self.scratch = level, process, control, scratch
        self._words = words
        self._ends: dict[int, End] = {}
        self._jobs = 0
        self._lock = threading.RLock()

    @classmethod
    def launch(
        cls,
        level: Level,
        *,
        notebooks: bool,
        packages: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> Self:
        """Start a zygote at a level without waiting for it; ``ready`` waits."""
        scratch = Scratch(inside=level.roots, each=not level.namespaces, passable=level.uids > 1)
        # Keeps messages apart.
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        words = tempfile.TemporaryFile()  # noqa: SIM115 - read and closed by ready()
        command = [*level.command(scratch.root), str(_LAUNCHER), str(theirs.fileno())]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            env={**level.environment(scratch.root), **(environment or {})},
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the grader, which then ends us
        )
        theirs.close()
        settings = {
            "wall": level.wall(),
            "notebooks": notebooks,
            "packages": sorted({*packages, *(["torch"] if level.device == "cuda" else [])}),
            "sites": visible_paths.sites(),
        }
        with contextlib.suppress(OSError):  # then ready() says that it ended at once
            ours.send(json.dumps(settings).encode(), socket.MSG_NOSIGNAL)
        return cls(level, process, ours, scratch, words)

    def ready(self) -> Self:
        """Wait until everything is imported.

        Raises IsolationError if the level failed, StartTimeoutError if it takes too long.
        """
        message = self._message(_START_SECONDS)
        if message is None or "failed" in message:
            late = message is None and self.process.poll() is None and not self._spoke()
            reason = message["failed"] if message else self._last_words()
            self.close()
            if late:
                raise StartTimeoutError(f"{self.level.name}: not ready within {_START_SECONDS} s")
            raise IsolationError(f"{self.level.name}: {reason}")
        self._words.close()
        return self

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
                self._jobs += 1
                number = self._jobs
                message = json.dumps(self._job(number, limits, private, profile)).encode()
                flags = socket.MSG_NOSIGNAL
                socket.send_fds(self.control, [message], theirs.descriptors, flags)
                pidfd = self._forked(number)
        except (OSError, IsolationError) as error:
            lines.close()
            kind = StartTimeoutError if isinstance(error, StartTimeoutError) else IsolationError
            raise kind(f"{self.level.name}: the zygote does not fork ({error})") from error
        finally:
            theirs.close()
        watch = self._watch(number, limits, grip := ProcessHandle(pidfd))
        worker = Worker(lines, grip, limits, lambda: self._end_of(number), watch)
        return worker if self.level.device == "cpu" else wait_for_gpu(worker, self.level.name)

    def close(self) -> None:
        """End the zygote and with it every worker; returns when they are gone."""
        self._words.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        with contextlib.suppress(OSError), self._lock:
            self.control.shutdown(socket.SHUT_WR)
            # The last process in there closes it.
            while readable(self.control.fileno(), _LEAVE_SECONDS) and self.control.recv(_MESSAGE):
                pass
        self.control.close()
        self.scratch.close()

    def _watch(
        self, number: int, limits: Limits, grip: ProcessHandle
    ) -> Callable[[], Died | None] | None:
        """What looks at a worker while it is waited for, where the kernel does not bound it."""
        if self.level.device == "cpu":
            return (lambda: self.scratch.overfull(number, limits)) if self.scratch.ours else None
        memory = MemoryWatch(self._card, grip.pid, limits.gpu_memory) if self._card else None

        def look() -> Died | None:
            if memory is not None and memory.is_over():
                return out_of_memory(limits, on_gpu=True)
            return self.scratch.overfull(number, limits)

        return look

    @cached_property
    def _card(self) -> Card | None:
        return find_card()

    def _last_words(self) -> str:
        """Why it ended before it could say so itself: the last line of what it wrote to us."""
        self._words.seek(0)
        lines = self._words.read(_MESSAGE).decode(errors="replace").strip().splitlines()
        return f"it ended at once: {clean(lines[-1], 300)}" if lines else "it ended at once"

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
            "private": [os.path.realpath(path) for path in private],
            "folder": self.scratch.folder(number),
        }

    def _forked(self, number: int) -> int:
        deadline = time.monotonic() + _FORK_SECONDS
        while readable(self.control.fileno(), max(0, deadline - time.monotonic())):
            data, handles, _, _ = socket.recv_fds(self.control, _MESSAGE, 1)
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

    def _end_of(self, number: int) -> End:
        deadline = time.monotonic() + _FORK_SECONDS
        with self._lock:
            while number not in self._ends:
                message = self._message(deadline - time.monotonic())
                if message is None:
                    self._ends[number] = {"number": number, "exit": -9, "cpu": 0.0, "memory": 0}
                    break
                self._ends[message["number"]] = message
            self.scratch.remove(number)
            return self._ends.pop(number)

    def _spoke(self) -> bool:
        """Whether there is an answer, or the end of the line, to be read by now."""
        return readable(self.control.fileno())

    def _message(self, seconds: float) -> dict[str, Any] | None:
        try:
            if not readable(self.control.fileno(), max(0, seconds)):
                return None
            data = self.control.recv(_MESSAGE)
        except (OSError, ValueError):
            return None
        return json.loads(data) if data else None


def _end_late(pidfd: int) -> None:
    """End a worker that was forked after nobody waited for it any more."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    os.close(pidfd)
