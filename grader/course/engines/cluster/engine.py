"""The engine of a cluster, in the command: it starts the driver, and speaks with it alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from select import select
from typing import IO, TYPE_CHECKING, Self

import msgspec

from grader.course.engines.cluster.lines import Word
from grader.course.engines.jobs import EngineError, Job, Message, Order, encode
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.course.engines.cluster.lines import Commission

_LEAVE_SECONDS = 30
_SILENT_SECONDS = 60  # with its head node gone Ray lets whoever asks wait without end
_PIECE = 1 << 16
_QUIET = {
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # which sends the folder one stands in to all nodes
    "RAY_USAGE_STATS_ENABLED": "0",
}


class RayEngine:
    """Grades on the nodes of a cluster. Whatever becomes of it, all that it started ends with it.

    What there is to say about nodes it tells people by `complain`.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        control: socket.socket,
        words: IO[bytes],
        complain: Callable[[str], object],
    ) -> None:
        self.process, self._control, self._words = process, control, words
        self._complain = complain
        self._running: dict[int, Job] = {}
        self._heard, self._last_heard = bytearray(), time.monotonic()
        self.level, self._slots, self._nodes = "", 0, 0

    @classmethod
    def start(cls, commission: Commission, complain: Callable[[str], object]) -> Self:
        """Start the driver and wait until a node can grade; raises EngineError."""
        words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the engine
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [
                *(sys.executable, "-P", "-m", "grader.course.engines.cluster.driver"),
                str(theirs.fileno()),
            ],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            env={**os.environ, **_QUIET},
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the engine, which then ends it
        )
        theirs.close()
        ours.settimeout(_SILENT_SECONDS)  # for a driver that waits for Ray, and reads nothing
        engine = cls(process, ours, words, complain)
        try:
            engine._send(encode(commission))
            while not engine.level:
                list(engine.hear(1))
        except BaseException:
            engine.close()
            raise
        return engine

    def has_room(self, *, alone: bool = False) -> bool:
        """Whether one more job can be begun now, or one that is to have a node to itself."""
        return len(self._running) < (self._nodes if alone else self._slots)

    def begin(self, job: Job) -> None:
        """Begin a job; raises EngineError if the driver is gone."""
        self._running[job.number] = job
        self._send(encode(Order(begin=job)))

    def end(self, number: int) -> None:
        """End a job, of which nothing more is told."""
        if self._running.pop(number, None):
            self._send(encode(Order(end=number)))

    def hear(self, seconds: float) -> Iterator[tuple[Job, Message]]:
        """Yield what is told within some time: of each job once a message that is its last.

        Of one that is lost with its node that is a `fault`. Raises EngineError if all is lost.
        """
        if not select([self._control], [], [], seconds)[0]:
            self._require_sign_of_life()
            return
        try:
            data = self._control.recv(_PIECE)
        except OSError:
            data = b""
        if not data:
            raise EngineError(self._last_words())
        self._heard += data
        self._last_heard = time.monotonic()
        *lines, self._heard = self._heard.split(b"\n")
        for line in lines:
            word = msgspec.json.decode(line, type=Word)
            if word.message is None:
                self._take(word)
            elif (job := self._running.get(word.number)) is not None:
                if word.message.is_last:
                    del self._running[word.number]
                yield job, word.message

    def close(self) -> None:
        """End every process, and return when they are gone."""
        self._control.close()
        self._words.close()
        try:
            self.process.wait(_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def _require_sign_of_life(self) -> None:
        if time.monotonic() - self._last_heard > _SILENT_SECONDS:
            self.process.send_signal(signal.SIGKILL)
            raise EngineError(f"Ray said nothing for {_SILENT_SECONDS} s: is its head node there?")

    def _take(self, word: Word) -> None:
        if word.lost:
            raise EngineError(word.lost)
        if word.note:
            self._complain(word.note)
        if word.level:
            self.level, self._slots, self._nodes = word.level, word.slots, word.nodes

    def _send(self, line: bytes) -> None:
        try:
            self._control.sendall(line)
        except OSError as error:
            raise EngineError(self._last_words()) from error

    def _last_words(self) -> str:
        """Why the driver ended: the last line of what it wrote to us."""
        self._words.seek(0)
        lines = self._words.read(1 << 20).decode(errors="replace").strip().splitlines()
        told = f": {clean_line(lines[-1], 300)}" if lines else ""
        return f"the process that speaks to Ray ended{told}"
