"""One call, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox import Outcome


@dataclass(frozen=True)
class Call:
    """One call that was made, and what came of it; `number` counts those of its worker from 1.

    `seed` is the one that was asked for. A call that made an object, and one of an object or of its
    method, has the object's number in `of`. Of the latter `before` has the call that made the
    object, and the latest since of it, of others of its class and of what they were given: `given`
    are the numbers of objects among the arguments. One of a `program` has its `stdin` and `args` by
    these names.
    """

    export: str
    args: tuple[object, ...]
    kwargs: dict[str, object]
    outcome: Outcome | None
    seconds: float
    number: int = 0
    seed: int | None = None
    before: tuple[Call, ...] = ()
    program: bool = False
    of: int | None = None
    given: tuple[int, ...] = ()

    def without_answer(self) -> Call:
        """Return the call without what came back: an answer may be large, and this is kept."""
        return replace(self, outcome=None)
