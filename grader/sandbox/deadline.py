"""When the grader stops waiting, and which limit that was."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Deadline", "Earliest", "Limit", "Moment", "OwnTime"]

Limit = Literal["call", "again", "check", "race", "submission"]
"""A call's limit, that of a call of a function that hung before, a check's and so on."""
_PATIENCE = 10  # times a limit is what is waited for on a machine that is busy with others


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


class OwnTime:
    """So many seconds of a process's own from now on, used or slept: a limit of ``limit``.

    What it waits for a core is taken off, so that a busy machine changes no grade; but ten times as
    many of the wall's are the end in any case. ``queued`` tells for how long it has waited.
    """

    def __init__(
        self,
        seconds: float,
        queued: Callable[[], float],
        limit: Limit = "call",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seconds, self.limit, self._queued, self._now = seconds, limit, queued, now
        self._began, self._before = now(), queued()

    def spent(self) -> float:
        """Seconds of its own by now."""
        return self._now() - self._began - (self._queued() - self._before)

    def left(self) -> float:
        """Seconds that are left; how long it has waited is asked only when it matters."""
        passed = self._now() - self._began
        if passed < self.seconds:
            return self.seconds - passed
        return min(self.seconds - self.spent(), _PATIENCE * self.seconds - passed)

    def first(self) -> Moment:
        """The limit that this is."""
        return Moment(self.seconds, self.limit)


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
