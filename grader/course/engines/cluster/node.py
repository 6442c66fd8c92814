"""What runs on a node: its local engine, and a queue of jobs. It knows nothing of Ray.

One thread tells it and another hears it; the engine is in the hands of the second.
"""

from __future__ import annotations

import os
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

import msgspec

from grader.assignment.folder import load_assignment
from grader.course.engines.cluster.lines import Proof, Word, find_made_from
from grader.course.engines.jobs import EngineError, Job, Order, Settings, encode
from grader.course.engines.local import LocalEngine
from grader.course.misuse import MISUSES
from grader.sandbox.packages import find_package_problems

HEAR_SECONDS = 10.0
_LOOK_SECONDS = 0.5  # in which memory may have become free, and after which progress is told
_MOST = 1 << 16  # bytes: of more than 100 kB Ray makes an object in its store


class Node:
    """The gradings of one node: started once, told jobs, heard, and closed."""

    def __init__(self) -> None:
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._orders: deque[Order] = deque()
        self._waiting: deque[Job] = deque()
        self._lines, self._due = bytearray(), float("inf")
        self._engine: LocalEngine | None = None
        self._is_closed = False

    def start(self, settings: bytes) -> bytes:
        """Start grading; return the proof that this node grades as the others do, or why not."""
        _be_no_first_victim()
        chosen = msgspec.json.decode(settings, type=Settings)
        try:
            assignment = load_assignment(chosen.assignment)
            if problems := find_package_problems(assignment.packages):
                return encode(Proof(problem=" ".join(problems)))
            made_from = find_made_from(assignment, chosen)
            self._engine = LocalEngine.start(chosen, self._wake)
        except (EngineError, *MISUSES) as problem:
            return encode(Proof(problem=str(problem)))
        return encode(Proof(self._engine.level, made_from))

    def tell(self, order: bytes) -> None:
        """Take what is to be done."""
        self._orders.append(msgspec.json.decode(order, type=Order))
        os.eventfd_write(self._wake, 1)

    def hear(self) -> bytes:
        """Return a piece of the lines about jobs, when there is some; "" after a while without.

        Where the engine is lost that is the last line.
        """
        end = time.monotonic() + HEAR_SECONDS
        try:
            while time.monotonic() < min(end, self._due) and not self._is_closed:
                self._listen()
            self._follow()
        except EngineError as lost:
            self._lines += encode(Word(lost=str(lost)))
        if self._is_closed and self._engine is not None:
            self._engine.close()
        told = bytes(self._lines[:_MOST])
        del self._lines[:_MOST]
        self._due = 0.0 if self._lines else float("inf")
        return told

    def close(self) -> None:
        """Have whoever hears end all that grades."""
        self._is_closed = True
        os.eventfd_write(self._wake, 1)

    def _listen(self) -> None:
        self._follow()
        for job, message in self._graded_by.hear(_LOOK_SECONDS):
            self._lines += encode(Word(job.number, message))
            soon = 0.0 if message.is_last else time.monotonic() + _LOOK_SECONDS
            self._due = min(self._due, soon)
        with suppress(BlockingIOError):
            os.eventfd_read(self._wake)

    def _follow(self) -> None:
        """Do what was told, and begin what there is room for."""
        engine = self._graded_by
        while self._orders:
            order = self._orders.popleft()
            if order.begin is not None:
                self._waiting.append(order.begin)
            else:
                self._waiting = deque(job for job in self._waiting if job.number != order.end)
                engine.end(order.end)
        while self._waiting and engine.has_room(alone=self._waiting[0].alone):
            engine.begin(self._waiting.popleft())

    @property
    def _graded_by(self) -> LocalEngine:
        if self._engine is None:
            raise EngineError("this node was not started")
        return self._engine


def _be_no_first_victim() -> None:
    """Have the kernel take a worker first when memory runs out; Ray offers its own processes."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("0", encoding="ascii")
