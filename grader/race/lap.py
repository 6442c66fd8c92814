"""One lap: the same fresh questions to both racers, one after the other, in random order."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.race.clock import Instant, Kind
    from grader.race.workload import Arguments
    from grader.sandbox.deadline import Deadline

__all__ = ["Generation", "Lap", "Racer", "Run", "Unusable", "Watched", "run_lap"]


@dataclass(frozen=True, slots=True)
class Unusable:
    """An answer that broke what a workload does before or after the call, and how.

    It stands where the answer would, so that whoever looks at that says whose fault it is.
    """

    answer: Any
    error: Exception


@dataclass(frozen=True, slots=True)
class Run:
    """One side of a lap: the answers to its calls and what all of them together took.

    ``spoiled`` says why the time must not be used, as when the machine's clock rate fell.
    """

    answers: tuple[Any, ...]
    spent: Instant
    spoiled: str = ""

    def seconds(self, kind: Kind) -> float:
        """Seconds a call on one clock."""
        total = self.spent.cpu if kind == "cpu" else self.spent.wall
        if total is None:
            raise ValueError("this run has no CPU time")
        return max(total / len(self.answers), 1e-9)  # its logarithm is taken

    def without_answers(self) -> Run:
        """Return the run with None for each answer: a hundred of a megabyte are no use any more."""
        return replace(self, answers=(None,) * len(self.answers))


class Racer(Protocol):
    """One process that answers calls and is timed from outside."""

    def run(self, batch: Sequence[Arguments]) -> Run:
        """Answer a batch in one request; raises what a call to an export raises."""
        ...


@dataclass
class Watched:
    """A racer, and how long its turns took, the one in which the time ran out among them."""

    racer: Racer
    deadline: Deadline
    seconds: float = 0.0

    def run(self, batch: Sequence[Arguments]) -> Run:
        """Have it answer a batch."""
        before = self.deadline.left()
        try:
            return self.racer.run(batch)
        finally:
            self.seconds += before - self.deadline.left()


@dataclass(frozen=True, slots=True)
class Generation:
    """Workers of one zygote, and so of one layout of memory; ``twin`` is a second reference."""

    reference: Racer
    twin: Racer
    submission: Racer


@dataclass(frozen=True, slots=True)
class Lap:
    """Both sides of one lap. A replay asks what was asked before, to find caches.

    So what the submission answered is kept; what the reference did is not, once it was checked.
    """

    generation: int
    batch: tuple[Arguments, ...]
    reference: Run
    submission: Run
    replayed: bool = False

    def log_ratio(self, kind: Kind) -> float:
        """Log of the submission's time a call over the reference's."""
        return math.log(self.submission.seconds(kind) / self.reference.seconds(kind))

    @property
    def spoiled(self) -> str:
        """Why this lap does not count, or ""."""
        return self.reference.spoiled or self.submission.spoiled


def run_lap(
    pair: tuple[Racer, Racer], batch: Sequence[Arguments], share: int, coin: Callable[[], bool]
) -> tuple[Run, Run]:
    """Run (reference, submission) on one batch; the submission answers its first ``share`` calls.

    Who goes first is the coin's choice, so that whatever the first leaves behind on the
    machine falls on either side alike.
    """
    reference, submission = pair
    if coin():
        first = reference.run(batch)
        return first, submission.run(batch[:share])
    second = submission.run(batch[:share])
    return reference.run(batch), second
