"""When the grader stops waiting, and which limit that was."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Literal, Protocol

__all__ = ["Deadline", "Earliest", "Limit", "Moment"]

Limit = Literal["call", "check", "race", "submission"]


class Deadline(Protocol):
    """Something that runs out."""

    def left(self) -> float:
        """Seconds that are left by now; 0 or less when it has run out."""
        ...

    def first(self) -> Moment:
        """The limit that runs out first."""
        ...


@dataclass(frozen=True)
class Moment:
    """So many seconds of the wall's, from now on: a limit of ``limit``."""

    seconds: float
    limit: Limit = "call"
    end: float = field(default=-1.0)

    def __post_init__(self) -> None:
        if self.end < 0:
            object.__setattr__(self, "end", time.monotonic() + self.seconds)

    def left(self) -> float:
        """Seconds until the moment."""
        return self.end - time.monotonic()

    def first(self) -> Moment:
        """Itself."""
        return self


@dataclass(frozen=True)
class Earliest:
    """Several deadlines, of which the earliest counts."""

    deadlines: tuple[Deadline, ...]

    def left(self) -> float:
        """Seconds until the first of them."""
        return min(deadline.left() for deadline in self.deadlines)

    def first(self) -> Moment:
        """The limit of the one with the least left."""
        return min(self.deadlines, key=lambda deadline: deadline.left()).first()
