"""The engine of one machine: a process that forks a grading for each job, so many at a time."""

from __future__ import annotations

import contextlib
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from itertools import count
from typing import IO, TYPE_CHECKING, Self

import msgspec

from grader.course.engines.jobs import (
    EngineError,
    Job,
    Message,
    NoWallError,
    Settings,
    decode_message,
    encode,
)
from grader.course.engines.memory import has_room, read_available
from grader.text import clean_line
from grader.threads import keep_to_one_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_SECONDS = 300
_LEAVE_SECONDS = 10
_MESSAGE = 1 << 16


@dataclass
class _Running:
    """A job in progress, and what has come of its lines."""

    job: Job
    line: socket.socket
    heard: bytearray = field(default_factory=bytearray)
    began: float = field(default_factory=time.monotonic)


class LocalEngine:
    """Grades on this machine. Whatever becomes of it, all that it started ends with it."""

    def __init__(
        self, process: subprocess.Popen[bytes], control: socket.socket, words: IO[bytes]
    ) -> None:
        self.process, self._control, self._words = process, control, words
        self._running: dict[int, _Running] = {}
        self._watch = selectors.DefaultSelector()
        self._watch.register(control, selectors.EVENT_READ)
        self.level, self._worker_memory = "", 0

    @classmethod
    def start(cls, settings: Settings) -> Self:
        """Start the process and wait until it can grade; raises EngineError."""
        keep_to_one_thread()  # numpy starts its threads when it is imported, and the process forks
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the engine
        module = "grader.course.engines.server"
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-P", "-m", module, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            start_new_session=True,  # Ctrl-C is for the engine, which then ends it
        )
        theirs.close()
        engine = cls(process, ours, words)
        try:
            engine._begin(settings)
        except BaseException:
            engine.close()
            raise
        return engine

    def has_room(self) -> bool:
        """Whether there is memory for one more job, whatever submissions may come to take."""
        return has_room(len(self._running), self._worker_memory, read_available())

    def begin(self, job: Job) -> None:
        """Begin a job; raises EngineError if the process is gone."""
        taken = {running.job.slot for running in self._running.values()}
        job = replace(job, slot=next(slot for slot in count() if slot not in taken))
        ours, theirs = socket.socketpair()
        try:
            flags = socket.MSG_NOSIGNAL
            socket.send_fds(self._control, [encode(job)], [theirs.fileno()], flags)
        except OSError as error:
            ours.close()
            raise EngineError(self._last_words()) from error
        finally:
            theirs.close()
        self._running[job.number] = running = _Running(job, ours)
        self._watch.register(ours, selectors.EVENT_READ, running)

    def cancel(self, number: int) -> None:
        """End a job and all that it has started; nothing more is told of it."""
        if number in self._running:
            with contextlib.suppress(OSError):  # the process is gone, and the job with it
                self._control.send(encode(number), socket.MSG_NOSIGNAL)
            self._end(self._running[number])

    def hear(self, seconds: float) -> Iterator[tuple[Job, Message]]:
        """Yield what is told within some time: of each job once a message that is its last.

        Of one whose process ended without a word that is a `fault`. Raises EngineError if all is
        lost.
        """
        for key, _ in self._watch.select(seconds):
            if isinstance(key.data, _Running):
                yield from self._hear(key.data)
            else:
                raise EngineError(self._last_words())

    def close(self) -> None:
        """End every process, and return when they are gone."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(_LEAVE_SECONDS)
        for running in self._running.values():
            running.line.close()
        self._watch.close()
        self._control.close()
        self._words.close()

    def _begin(self, settings: Settings) -> None:
        with contextlib.suppress(OSError):
            self._control.send(encode(settings), socket.MSG_NOSIGNAL)
        if not self._watch.select(_START_SECONDS):
            raise EngineError(f"grading did not start within {_START_SECONDS} s: try again")
        data = self._control.recv(_MESSAGE)
        told = msgspec.json.decode(data, type=dict[str, str]) if data else {}
        if "ready" not in told:
            kind = NoWallError if "wall" in told else EngineError
            raise kind(told.get("wall") or told.get("failed") or self._last_words())
        self.level, self._worker_memory = told["ready"], int(told["memory"])

    def _hear(self, running: _Running) -> Iterator[tuple[Job, Message]]:
        try:
            data = running.line.recv(_MESSAGE)
        except OSError:
            data = b""
        running.heard += data
        *lines, rest = running.heard.split(b"\n")
        running.heard = rest
        for line in lines:
            message = decode_message(bytes(line))
            if message.is_last:
                self._end(running)
            yield running.job, message
        if not data and running.job.number in self._running:
            self._end(running)
            seconds = time.monotonic() - running.began
            yield (
                running.job,
                Message(fault=f"its process ended without a word after {seconds:.0f} s"),
            )

    def _end(self, running: _Running) -> None:
        self._watch.unregister(running.line)
        running.line.close()
        del self._running[running.job.number]

    def _last_words(self) -> str:
        """Why the process ended: the last line of what it wrote to us."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1)
        self._words.seek(0)
        lines = self._words.read(1 << 20).decode(errors="replace").strip().splitlines()
        return f"grading ended: {clean_line(lines[-1], 500)}" if lines else "grading ended at once"
