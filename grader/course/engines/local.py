"""The engine of one machine: a process that forks a grading for each job, so many at a time."""

from __future__ import annotations

import contextlib
import os
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

from grader.course.engines.forks import kept, no_fork
from grader.course.engines.jobs import (
    MOST_JOBS,
    EngineError,
    Job,
    Message,
    NoWallError,
    Order,
    Settings,
    WrongUseError,
    decode_message,
    encode,
)
from grader.course.engines.memory import has_room, read_available
from grader.text import clean_line
from grader.threads import ONE_THREAD

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_SECONDS = 300
_LEAVE_SECONDS = 10
_MESSAGE = 1 << 16
_WAKE = "wake"


@dataclass
class _Running:
    """A job in progress, and what has come of its lines; once `ended` nothing of it is told."""

    job: Job
    line: socket.socket
    heard: bytearray = field(default_factory=bytearray)
    began: float = field(default_factory=time.monotonic)
    ended: bool = False


class LocalEngine:
    """Grades on this machine. Whatever becomes of it, all that it started ends with it."""

    def __init__(
        self,
        settings: Settings,
        process: subprocess.Popen[bytes],
        control: socket.socket,
        words: IO[bytes],
    ) -> None:
        self.process, self._control, self._words = process, control, words
        self._jobs = settings.jobs
        self._running: dict[int, _Running] = {}
        self._watch = selectors.DefaultSelector()
        self._watch.register(control, selectors.EVENT_READ)
        self.level, self.made_from, self._worker_memory = "", "", 0
        kept.add(self)

    @classmethod
    def start(cls, settings: Settings, wake: int | None = None) -> Self:
        """Start the process and wait until it can grade; raises EngineError.

        Whoever hears is disturbed when the descriptor `wake` can be read.
        """
        settings = replace(settings, jobs=min(settings.jobs, MOST_JOBS))
        words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the engine
        module = "grader.course.engines.server"
        with no_fork():
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                # -B: nothing is written beside the suite, which a student's repository may hold.
                [sys.executable, "-B", "-P", "-m", module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=words,
                env=_environment(settings),
                start_new_session=True,  # Ctrl-C is for the engine, which then ends it
            )
            theirs.close()
            engine = cls(settings, process, ours, words)
        try:
            engine._begin(settings)
        except BaseException:
            engine.close()
            raise
        if wake is not None:
            engine._watch.register(wake, selectors.EVENT_READ, _WAKE)
        return engine

    def has_room(self, *, alone: bool = False) -> bool:
        """Whether one more job can be begun now, or one that is to be alone.

        That there is memory for it is said whatever submissions may come to take.
        """
        running = len(self._running)
        if any(one.job.alone for one in self._running.values()) or (alone and running):
            return False
        return running < self._jobs and has_room(running, self._worker_memory, read_available())

    def begin(self, job: Job) -> None:
        """Begin a job; raises EngineError if the process is gone.

        Raises OSError where this process has no descriptor left for it.
        """
        taken = {running.job.slot for running in self._running.values()}
        job = replace(job, slot=next(slot for slot in count() if slot not in taken))
        order = encode(Order(begin=replace(job, given=None)))
        with no_fork(), contextlib.ExitStack() as theirs:
            ours, line = socket.socketpair()
            theirs.enter_context(line)
            try:
                descriptors = [line.fileno()]
                if job.given is not None:
                    descriptors.append(theirs.enter_context(_held(job.given)).fileno())
                socket.send_fds(self._control, [order], descriptors, socket.MSG_NOSIGNAL)
            except OSError as error:
                ours.close()
                if not isinstance(error, ConnectionError):
                    raise
                raise EngineError(self._last_words()) from error
            self._running[job.number] = running = _Running(job, ours)
        self._watch.register(ours, selectors.EVENT_READ, running)

    def end(self, number: int) -> None:
        """End a job, of which nothing more is told; its place is free when its process is gone."""
        if number in self._running:
            self._running[number].ended = True
            with contextlib.suppress(OSError):  # then all is lost, and said when it is heard
                self._control.send(encode(Order(end=number)), socket.MSG_NOSIGNAL)

    def hear(self, seconds: float) -> Iterator[tuple[Job, Message]]:
        """Yield what is told within some time: of each job once a message that is its last.

        Of one whose process ended without a word that is a `fault`. Raises EngineError if all is
        lost.
        """
        for key, _ in self._watch.select(seconds):
            if isinstance(key.data, _Running):
                yield from self._hear(key.data)
            elif key.data != _WAKE:
                raise EngineError(self._last_words())

    def close(self) -> None:
        """End every process, and return when they are gone.

        The one that forks is let end by itself, so that it waits for its own children.
        """
        self.give_up()
        try:
            self.process.wait(_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def give_up(self) -> None:
        """Close every descriptor: in the child of a fork that is all there is to do."""
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
            kinds = {"wall": NoWallError, "misuse": WrongUseError, "failed": EngineError}
            for key, why in told.items():
                raise kinds[key](why)
            raise EngineError(self._last_words())
        self.level, self.made_from = told["ready"], told["made from"]
        self._worker_memory = int(told["memory"])

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
            if message.is_last and not running.ended:
                self._forget(running)
            if not running.ended:
                yield running.job, message
        if not data and running.job.number in self._running:
            self._forget(running)
            seconds = time.monotonic() - running.began
            fault = f"its process ended without a word after {seconds:.0f} s"
            if not running.ended:
                yield running.job, Message(fault=fault)

    def _forget(self, running: _Running) -> None:
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


def _environment(settings: Settings) -> dict[str, str]:
    """One thread, since the process forks, whatever is wished of others; of cards only its own."""
    cards = {} if settings.device == "cuda" else {"CUDA_VISIBLE_DEVICES": ""}
    return {**os.environ, **ONE_THREAD, **cards}


def _held(data: bytes) -> IO[bytes]:
    """Return a file in memory alone that holds some bytes, to be read from its beginning."""
    file = os.fdopen(os.memfd_create("submission", os.MFD_CLOEXEC), "r+b")
    file.write(data)
    file.seek(0)  # which also writes what is buffered
    return file
