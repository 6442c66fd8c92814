"""The thread that holds the engine: jobs in, grades out, and nothing left when it is closed."""

from __future__ import annotations

import os
import select
import threading
from collections import deque
from concurrent.futures import Future, InvalidStateError
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from grader.course.engines.forks import kept, no_fork
from grader.course.engines.jobs import EngineError, Job
from grader.course.engines.steady import SteadyEngine
from grader.course.engines.unedited import Unedited
from grader.grade.no_grade import NoGrade, require_score
from grader.reports.record import parse_json

if TYPE_CHECKING:
    from grader.course.engines.jobs import Engine, Message, Settings
    from grader.grade.result import Grade

_LOOK_SECONDS = 0.5  # while somebody waits for a core or for memory
_IDLE_SECONDS = 60.0
_CLOSED = NoGrade("closed", "the grader was closed before this was graded")

Result = Future["Grade | NoGrade"]


@dataclass(eq=False)
class _Request:
    job: Job
    result: Result = field(default_factory=Future)


class Dispatcher:
    """Grades what is put, so many at a time. Safe to use from several threads.

    Opening one waits until it can grade; it raises EngineError where it never can. Where the engine
    is lost for good, what was put has no grade, and the next that is put has another engine.
    """

    def __init__(self, settings: Settings) -> None:
        self._process = os.getpid()
        self._numbers = count()
        self._waiting: dict[int, _Request] = {}
        self._running: dict[int, _Request] = {}
        self._left: deque[int] = deque()
        self._is_closed = False
        self._lock = threading.RLock()  # what is collected in our own thread may close it
        with no_fork():
            self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            kept.add(self)
        self._engines = Unedited(settings, self._wake)
        self._level: Future[str] = Future()
        self._thread = threading.Thread(target=self._run, name="grader", daemon=True)
        self._thread.start()
        try:
            self.level = self._level.result()
        except BaseException:
            self._stop()
            raise

    def put(self, job: Job) -> Result:
        """Have a job graded, whatever its number; its result can be cancelled at any time."""
        number = next(self._numbers)
        request = _Request(replace(job, number=number))
        request.result.add_done_callback(partial(self._leave, number))
        with self._lock:
            if not self._is_closed:
                self._waiting[number] = request
                self._disturb()
                return request.result
        _answer(request, _CLOSED)
        return request.result

    def close(self) -> None:
        """End all, and return when nothing is left; in the child of a fork there is nothing."""
        if os.getpid() != self._process:
            return
        self._stop()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def give_up(self) -> None:
        """Close what the child of a fork must not hold."""
        if self._wake >= 0:
            os.close(self._wake)

    def _stop(self) -> None:
        with self._lock:
            self._is_closed = True
            self._disturb()

    def _disturb(self) -> None:
        with self._lock:
            if self._wake >= 0:
                os.eventfd_write(self._wake, 1)

    def _leave(self, number: int, result: Result) -> None:
        """Note that nobody waits for a result any more."""
        if result.cancelled():
            self._left.append(number)
            self._disturb()

    def _run(self) -> None:
        while not self._is_closed:
            try:
                with closing(SteadyEngine(self._engines.start)) as engine:
                    if not self._level.done():
                        self._level.set_result(engine.level)
                    while not self._is_closed:
                        self._turn(engine)
            except Exception as fault:  # noqa: BLE001 - whatever it is, nobody may wait for ever
                if not self._level.done():
                    self._level.set_exception(fault)
                    break
                told = "" if isinstance(fault, EngineError) else f"{type(fault).__name__}: "
                self._answer_all(NoGrade("withheld", f"our fault: {told}{fault}"))
                self._wait_for_one()
        with self._lock, no_fork():
            self._is_closed = True
            os.close(self._wake)
            self._wake = -1
        self._answer_all(_CLOSED)

    def _wait_for_one(self) -> None:
        poll = select.poll()  # select takes no descriptor above 1023
        poll.register(self._wake, select.POLLIN)
        poll.poll()

    def _turn(self, engine: Engine) -> None:
        """Begin what there is room for, and hear what is told."""
        while self._left:
            number = self._left.popleft()
            self._waiting.pop(number, None)
            if self._running.pop(number, None):
                engine.end(number)
        while request := self._next(engine):
            self._running[request.job.number] = request
            engine.begin(request.job)
        for job, message in engine.hear(_LOOK_SECONDS if self._waiting else _IDLE_SECONDS):
            if message.is_last:
                _answer(self._running.pop(job.number), _read(message))
        with suppress(BlockingIOError):
            os.eventfd_read(self._wake)

    def _next(self, engine: Engine) -> _Request | None:
        """Return whom there is room for, of those that wait the first."""
        with self._lock:
            first = next(iter(self._waiting.values()), None)
            if first is None or not engine.has_room(alone=first.job.alone):
                return None
            return self._waiting.pop(first.job.number)

    def _answer_all(self, answer: NoGrade) -> None:
        with self._lock:
            requests = [*self._running.values(), *self._waiting.values()]
            self._running.clear()
            self._waiting.clear()
        for request in requests:
            _answer(request, answer)


def answered(answer: NoGrade) -> Result:
    """Return a result that is there already."""
    result: Result = Future()
    result.set_result(answer)
    return result


def _answer(request: _Request, answer: Grade | NoGrade) -> None:
    with suppress(InvalidStateError):  # cancelled
        request.result.set_result(answer)


def _read(message: Message) -> Grade | NoGrade:
    if message.grade:
        return require_score(parse_json(message.grade.encode()))
    if message.problem:
        return NoGrade("not_read", message.problem)
    return NoGrade("withheld", f"our fault: {message.fault}")
