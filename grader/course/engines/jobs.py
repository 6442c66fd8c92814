"""What an engine is given and what it tells: one submission to grade, and the lines about it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from grader.grade.hang import Hang  # noqa: TC001 - read when a job is decoded


class EngineError(Exception):
    """Nothing can be graded: the wall, the suite or the machine; the message says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What all jobs of an engine share: the assignment, and how its grades are made."""

    assignment: str
    seed: int | None = None
    device: str = "cpu"
    isolation: str | None = None
    allow_unsafe: bool = False
    data: str | None = None
    patient: bool = False
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to grade: where it lies, what its student called it, which checks to run.

    The checks run in the order of `select`, and `until_lost` no further than the first that is
    lost. `hangs` are those of the grade that is continued. A `seed` of its own takes the place of
    the settings', `share` is how many of the inputs are drawn, and what is graded as the
    `reference` sees the reference's folder.
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
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One line about a job: a check that has finished, or in the end one of the other three.

    `grade` is the text of a grade.json; `problem` says why there is nothing to grade, and `fault`
    what failed on our side.
    """

    check: str = ""
    grade: str = ""
    problem: str = ""
    fault: str = ""
    notices: tuple[str, ...] = ()

    @property
    def is_last(self) -> bool:
        """Whether nothing more is said of the job."""
        return bool(self.grade or self.problem or self.fault)


def encode(thing: Settings | Job | Message) -> bytes:
    """Return a line, with its end."""
    return msgspec.json.encode(thing) + b"\n"


def decode_message(line: bytes) -> Message:
    """Read a line about a job."""
    return msgspec.json.decode(line, type=Message)
