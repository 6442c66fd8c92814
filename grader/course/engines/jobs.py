"""The protocol of engines: what one is given, what it tells, and what can be asked of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from grader.grade.hang import Hang  # noqa: TC001 - read when a job is decoded
from grader.grade.result import CheckResult  # noqa: TC001 - likewise

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_JOBS = 333  # that run at a time on one machine: as many as there are users for


class EngineError(RuntimeError):
    """Nothing can be graded: the wall, the suite or the machine; the message says why."""


class NoWallError(EngineError):
    """The machine does not give the isolation that is asked for."""


class WrongUseError(EngineError):
    """What is asked for cannot be had here, as a card that is not there: exit code 2."""


def jobs_at_a_time(device: str) -> int:
    """Return how many jobs run at a time where nothing is wished: as many as there are cores.

    On a card it is one: limits do not count what a submission waits for a core, but what it waits
    for the card, and its memory is nobody's own.
    """
    return 1 if device == "cuda" else len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Settings:
    """What all jobs of an engine share: the assignment, and how its grades are made.

    `jobs` of them run at a time; on a cluster 0 is as many as a node has cores. `fresh` is the
    assignment's own where it is `None`; for an `instructor` a grade keeps its seed and hidden
    inputs.
    """

    assignment: str
    seed: int | None = None
    device: str = "cpu"
    isolation: str | None = None
    allow_unsafe: bool = False
    data: str | None = None
    patient: bool = False
    jobs: int = 1
    fresh: bool | None = None
    instructor: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to grade: where it lies, what its student called it, which checks to run.

    Instead of lying at its path it may be given, as the bytes of a file of that name. The checks
    run in the order of `select`, and `until_lost` no further than the first that is lost. `hangs`
    are those of the grade that is continued. A `seed` of its own takes the place of the settings',
    `share` is how many of the inputs are drawn, and what is graded as the `reference` sees the
    reference's folder. A job that is to be `alone` has its machine to itself. What lies at the path
    must have the `key` that it had when the class was read, where there is one.

    Of all that run at one time each has a `slot` of its own, which the engine gives it.
    """

    number: int
    path: str
    file: str = ""
    select: tuple[str, ...] = ()
    hangs: tuple[Hang, ...] = ()
    seed: int | None = None
    share: float = 1.0
    until_lost: bool = False
    reference: bool = False
    given: bytes | None = None
    alone: bool = False
    key: str = ""
    slot: int = 0
    raw_path: bytes = b""

    @property
    def place(self) -> Path:
        """Where it lies; of a path that is no UTF-8, and no text to be sent, by its bytes."""
        return Path(os.fsdecode(self.raw_path) if self.raw_path else self.path)


@dataclass(frozen=True, slots=True)
class Order:
    """What an engine tells the process that grades: a job to begin, or the number of one to end."""

    begin: Job | None = None
    end: int = -1


@dataclass(frozen=True, slots=True)
class Message:
    """One line about a job: what a check came to, or in the end one of the others.

    `grade` is the text of a grade.json; `problem` says why there is nothing to grade, and `fault`
    what failed on our side. In practice it may be `over` without a grade.
    """

    check: CheckResult | None = None
    grade: str = ""
    problem: str = ""
    fault: str = ""
    notices: tuple[str, ...] = ()
    over: bool = False

    @property
    def is_last(self) -> bool:
        """Whether nothing more is said of the job."""
        return bool(self.grade or self.problem or self.fault or self.over)


EDITED = "the assignment was edited since this grader started: start it again"


class Engine(Protocol):
    """Who grades: jobs are begun, messages heard as they come, and in the end it is closed.

    It is used by one thread at a time, the one that started it, and may be closed twice. Starting
    one, beginning a job and hearing raise EngineError; beginning one raises OSError where it is of
    that job alone.
    """

    @property
    def level(self) -> str:
        """The isolation that it gives."""

    def has_room(self, *, alone: bool = False) -> bool:
        """Whether one more job can be begun now, or one that is to be alone."""

    def begin(self, job: Job) -> None:
        """Begin a job, whose number no other one has."""

    def end(self, number: int) -> None:
        """End a job, of which nothing more is told."""

    def hear(self, seconds: float) -> Iterator[tuple[Job, Message]]:
        """Yield what is told within some time: of each job once a message that is its last.

        Of one whose process ended without a word that is a `fault`.
        """

    def close(self) -> None:
        """End every process, and return when they are gone."""


def split_path(path: str) -> tuple[str, bytes]:
    """Return a path as a text that can be sent, and its bytes where that is not the path itself."""
    text = path.encode(errors="backslashreplace").decode()
    return text, os.fsencode(path) if text != path else b""


def encode(record: object) -> bytes:
    """Return a record as a line, with its end."""
    return msgspec.json.encode(record) + b"\n"


def decode_message(line: bytes) -> Message:
    """Read a line about a job."""
    return msgspec.json.decode(line, type=Message)
