"""The engine without a wall: a process for each job, one of which is always warm.

It is made of what every system has: a process, its pipes, a thread that reads them. Where a process
ends in the middle of a check, that check is lost and another process runs the rest.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Self

from grader.assignment.needs import with_needs
from grader.assignment.suite import load_suite
from grader.course.engines.jobs import EngineError, Job, Message, decode_message, encode
from grader.files import TemporaryFolder
from grader.grade.result import CheckResult, Verdict
from grader.practice.refusals import PRACTICE, require_nothing_hidden
from grader.text import clean_line
from grader.threads import keep_to_one_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.assignment.folder import Assignment

_READY = b"ready\n"
_START_SECONDS = 300
_STACK = "Timeout ("
_LINE = re.compile(r'File "([\w .()+-]{1,100})", line (\d{1,7}) in ')  # the student's: no folder


@dataclass
class _Child:
    """A process, its folder, and the lines that a thread reads of it; None is their end."""

    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    scratch: TemporaryFolder
    lines: queue.SimpleQueue[bytes | None] = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        """Put every line into the queue."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def write(self, line: bytes) -> None:
        """Give it a line; one that is gone says so by its end."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.write(line)
            self.process.stdin.flush()

    def end(self) -> None:
        """End it and what it started, wait, and remove what led to it and where it wrote."""
        self._kill()
        self.process.wait()
        self.reader.join()
        for pipe in (self.process.stdin, self.process.stdout, self.errors):
            assert pipe is not None
            with contextlib.suppress(OSError):  # what was not sent stays unsent
                pipe.close()
        self.scratch.cleanup()

    def _kill(self) -> None:
        """Kill it; where processes fork, those that it left hold its lines open, and go too."""
        if not hasattr(os, "killpg"):
            self.process.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):  # all of them have ended
            os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """What it wrote where errors go."""
        self.errors.seek(0)
        return self.errors.read(1 << 20).decode(errors="replace")


@dataclass
class _Running:
    """A job, the process that grades it, and the checks that are left of it, in their order."""

    job: Job
    child: _Child
    left: list[str]


class PortableEngine:
    """Grades one job at a time, with nothing between the functions and the checks."""

    level = PRACTICE

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self._running: _Running | None = None
        self._checks = {check.name: check for check in load_suite(assignment).checks}
        self._spare: _Child | None = None

    @classmethod
    def start(cls, assignment: Assignment) -> Self:
        """Start a process and wait until it is warm; raises EngineError, PracticeRefusedError."""
        require_nothing_hidden(assignment)
        keep_to_one_thread()
        engine = cls(assignment)
        engine._spare = engine._start()
        try:
            engine._await_ready(engine._spare)
        except BaseException:
            engine.close()
            raise
        return engine

    def begin(self, job: Job) -> None:
        """Give a job to the process that is warm.

        Another is warmed when this one has told of its first check: the two would share the cores.
        """
        order = with_needs(self.assignment.needs, job.select or self._checks)
        self._give(job, list(order))

    def hear(self, seconds: float) -> Iterator[tuple[Job, Message]]:
        """Yield what is told within some time."""
        running, end = self._running, time.monotonic() + seconds
        if running is None:
            time.sleep(seconds)
            return
        try:
            line = running.child.lines.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            return
        if line is None:
            yield from self._go_on(running)
        elif line != _READY:
            message = decode_message(line)
            if message.check is not None:
                running.left = [name for name in running.left if name != message.check.name]
                self._spare = self._spare or self._start()
            if message.is_last:
                self._finish()
            yield running.job, message

    def has_room(self, *, alone: bool = False) -> bool:  # noqa: ARG002 - as every engine is asked
        """Whether a job can be begun now: one runs at a time, and so each is alone."""
        return self._running is None

    def end(self, number: int) -> None:
        """End a job; nothing more is told of it."""
        if self._running is not None and self._running.job.number == number:
            self._finish()

    def close(self) -> None:
        """End every process."""
        self._finish()
        if self._spare is not None:
            self._spare.end()

    def _start(self) -> _Child:
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - it is read when the process has ended
        # A process that is ended removes nothing: its folder is this one's to remove.
        scratch = TemporaryFolder(lenient=True)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
            # -B: nothing is written beside what it imports, which is the student's.
            [sys.executable, "-B", "-P", "-m", "grader.practice.child", scratch.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # so that it has a group, which Windows has not
        )
        child = _Child(process, errors, scratch)
        child.write(f"{self.assignment.folder}\n".encode())
        return child

    def _await_ready(self, child: _Child) -> None:
        try:
            line = child.lines.get(timeout=_START_SECONDS)
        except queue.Empty:
            raise EngineError(f"practice did not start within {_START_SECONDS} s") from None
        if line == _READY:
            return
        told = decode_message(line).problem if line else ""
        words = child.last_words().strip().splitlines() or ["it ended at once"]
        raise EngineError(f"practice did not start: {told or clean_line(words[-1], 500)}")

    def _give(self, job: Job, left: list[str]) -> None:
        child, self._spare = self._spare or self._start(), None
        child.write(encode(replace(job, select=tuple(left))))
        self._running = _Running(job, child, left)

    def _finish(self) -> None:
        if self._running is not None:
            self._running.child.end()
            self._running = None

    def _go_on(self, running: _Running) -> Iterator[tuple[Job, Message]]:
        """Tell of the check in which the process ended, and have another run what is left."""
        words = running.child.last_words()
        code = running.child.process.wait()
        self._finish()
        if not running.left:
            yield running.job, Message(fault=clean_line(words[-500:] or "it ended at once", 500))
            return
        name, *left = running.left
        found = self._lost(name, words, code)
        yield running.job, Message(check=found)
        needs, waiting = self.assignment.needs, []
        for other in left:
            if name in with_needs(needs, [other]):
                waiting.append(other)
                told = f"{name} is not right yet"
                yield running.job, Message(check=self._result(other, Verdict.not_run, told, name))
        if rest := [other for other in left if other not in waiting]:
            self._give(running.job, rest)
        else:
            yield running.job, Message(over=True)

    def _lost(self, name: str, words: str, code: int) -> CheckResult:
        if _STACK not in words:
            told = f"ended its process (exit code {code}) instead of answering"
            return self._result(name, Verdict.died, told)
        line = _LINE.search(words.rpartition(_STACK)[2])
        where = f"; it was at {line[1]}:{line[2]}" if line else ""
        seconds = self.assignment.limits_of(name).call_seconds
        return self._result(name, Verdict.timed_out, f"no answer after {seconds:g} s{where}")

    def _result(self, name: str, verdict: Verdict, told: str, need: str = "") -> CheckResult:
        check, points = self._checks[name], self.assignment.points[name]
        result = CheckResult(name, check.sentence, verdict, 0.0, points, message=told)
        return replace(result, waits_for=need)
