"""What is raced: fresh questions for both sides, and how an answer is checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from grader.race import messages
from grader.race.errors import RaceError

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Arguments", "Ask", "Draw", "Workload"]

Arguments = tuple[Any, ...]
Draw = Callable[..., Sequence[Any]]  # of a generator, and for a growth of a size


class Ask(Protocol):
    """What a workload may want of the worker that answers: other exports, and weights for a model.

    All of it is timed.
    """

    def __call__(self, export: str, *args: object, seed: int | None = None) -> Any:  # noqa: ANN401 - any answer
        """Call an export, as in ask("predict", handle, X), with a seed for its generators."""
        ...

    def fill(self, model: object, values: Sequence[Any]) -> None:
        """Give the parameters of a model, behind its handle, values: by their shapes."""
        ...


@dataclass(frozen=True, slots=True)
class Workload:
    """Questions for one race.

    ``draw(rng)`` returns the arguments of one call, never the same twice. Where questions are of
    several kinds that cost differently, ``draw`` is a tuple of such functions: each lap then asks
    all kinds equally often, in random order, so that laps can be compared. ``check(arguments,
    answer, expected)`` raises AssertionError when the answer is wrong; ``expected`` is the
    reference's answer to the same question, for a check that has no truth of its own, and the
    reference's answers are checked the same way. Where a question is asked again, ``expected`` is
    also what the submission itself answered before.

    Where the raced export needs something that is not data, such as a model, ``before(ask,
    arguments)`` returns the arguments to use in one worker, and ``after(ask, arguments, answer)``
    the answer to check. What they ask is timed with the call, or work could be done there. What
    only the check needs may be among the drawn arguments.

    Where a growth is measured, ``draw(rng, size)`` returns the arguments of one call of that size.

    ``calls`` fixes how many questions the reference answers in one lap; 0 finds out how many it
    takes to be timed well.
    """

    draw: Draw | tuple[Draw, ...]
    check: Callable[[Arguments, Any, Any], None]
    calls: int = 0
    before: Callable[[Ask, Arguments], Sequence[Any]] | None = None
    after: Callable[[Ask, Arguments, Any], Any] | None = None

    @property
    def kinds(self) -> tuple[Draw, ...]:
        """The functions that draw, one for each kind of question."""
        return self.draw if isinstance(self.draw, tuple) else (self.draw,)

    def whole(self, calls: float) -> int:
        """Round a number of calls up to one that asks all kinds equally often."""
        each = len(self.kinds)
        return max(1, math.ceil(calls / each)) * each

    def batch(self, rng: np.random.Generator, calls: int) -> tuple[Arguments, ...]:
        """Draw the questions of one lap, so many or a few more: whole rounds of all kinds.

        Raises RaceError where something that a draw asserts does not hold.
        """
        rounds = self.whole(calls) // len(self.kinds)
        orders = [rng.permutation(len(self.kinds)) for _ in range(rounds)]
        try:
            return tuple(tuple(self.kinds[kind](rng)) for order in orders for kind in order)
        except AssertionError as error:
            raise RaceError(messages.not_drawn(str(error))) from error
