"""An engine that is started again where it is lost, and tries a lost job once more.

A job whose process ended without a word, or with which the engine was lost, has one more try, and
then it is a fault: no submission can be tried for ever. So is one for which this process has no
descriptor left, and no other is.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from grader.course.engines.jobs import Engine, EngineError, Job, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TRIES = 2
_LOSSES = 3  # of the engine in a row, without a word of a job between them


class SteadyEngine:
    """Engines one after another, each begun by `start`; `on_start` hears the isolation of each.

    EngineError is raised where the first one does not start, or none lasts.
    """

    def __init__(
        self, start: Callable[[], Engine], on_start: Callable[[str], object] | None = None
    ) -> None:
        self._start, self._on_start = start, on_start or (lambda _: None)
        self._running: dict[int, Job] = {}
        self._tries: Counter[int] = Counter()
        self._refused: dict[int, str] = {}
        self._losses = 0
        self._engine = start()
        self._on_start(self.level)

    @property
    def level(self) -> str:
        """The isolation that it gives."""
        return self._engine.level

    def has_room(self, *, alone: bool = False) -> bool:
        """Whether one more job can be begun now, or one that is to be alone."""
        return self._engine.has_room(alone=alone)

    def begin(self, job: Job) -> None:
        """Begin a job; that it could not be begun is found out when it is heard."""
        self._running[job.number] = job
        self._tries[job.number] += 1
        try:
            self._engine.begin(job)
        except EngineError:
            return
        except OSError as refused:
            self._refused[job.number] = refused.strerror or str(refused)

    def end(self, number: int) -> None:
        """End a job, of which nothing more is told."""
        self._forget(number)
        self._engine.end(number)

    def hear(self, seconds: float) -> Iterator[tuple[Job, Message]]:
        """Yield what is told within some time; a `fault` is one of the last try."""
        waits = 0 if self._refused else seconds
        for number, why in list(self._refused.items()):
            job = self._running[number]
            self._forget(number)
            yield job, Message(fault=why)
        try:
            for job, message in self._engine.hear(waits):
                if message.fault and self._tries[job.number] < _TRIES:
                    self.begin(job)
                    continue
                if message.is_last:
                    self._losses = 0
                    self._forget(job.number)
                yield job, message
        except EngineError as lost:
            yield from self._go_on(lost)

    def close(self) -> None:
        """End every process, and return when they are gone."""
        self._engine.close()

    def _forget(self, number: int) -> None:
        del self._running[number], self._tries[number]
        self._refused.pop(number, None)

    def _go_on(self, lost: EngineError) -> Iterator[tuple[Job, Message]]:
        """Start another engine, with the jobs of the lost one that have a try left."""
        self._engine.close()
        self._refused.clear()  # the next one is asked again
        for number, job in list(self._running.items()):
            if self._tries[number] >= _TRIES:
                self._losses = 0
                self._forget(number)
                yield job, Message(fault=str(lost))
        while True:
            self._losses += 1
            if self._losses >= _LOSSES:
                raise lost
            try:
                self._engine = self._start()
                break
            except EngineError as again:
                lost = again
        self._on_start(self.level)
        for job in list(self._running.values()):
            self.begin(job)
