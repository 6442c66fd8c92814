"""What was done with the objects that stayed in a worker: the calls that lead to one of them."""

from __future__ import annotations

from collections import deque
from operator import attrgetter
from typing import TYPE_CHECKING

from grader.submission.kept import Kept, numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.submission.call import Call

REMEMBERED = 30  # calls about one object besides the one that made it


class Lives:
    """Of each object the call that made it, and the latest calls of it and of its methods."""

    def __init__(self) -> None:
        self._lives: dict[int, tuple[Call, deque[Call]]] = {}

    def clear(self) -> None:
        """Forget all: their worker has ended."""
        self._lives.clear()

    def note(self, called: str | Kept, call: Call) -> None:
        """Note a call, if it made an object or is one of an object's."""
        if isinstance(called, Kept) and called.number in self._lives:
            self._lives[called.number][1].append(call.without_answer())
        elif isinstance(called, str) and call.of is not None:
            self._lives[call.of] = (call.without_answer(), deque(maxlen=REMEMBERED))

    def given(self, values: object) -> tuple[int, ...]:
        """Return the numbers of the objects among the arguments of a call."""
        return tuple(numbers_of(values)) if self._lives else ()

    def of(self, called: str | Kept, given: Sequence[int]) -> tuple[Call, ...]:
        """Return what was done with an object until now, from the call that made it.

        If short, with what was done with others of its class meanwhile, and with what was `given`
        to it and to them.
        """
        if not isinstance(called, Kept) or called.number not in self._lives:
            return ()
        made, later = self._lives[called.number]
        calls: list[Call] = []
        for first, others in self._lives.values():
            latest = others[-1] if others else first
            if latest.number >= made.number and first.export == made.export:
                calls += (first, *others)
        if len(calls) >= REMEMBERED:
            return (made, *later)
        more = self._with_given(calls, given)
        return tuple(sorted(more if len(more) < REMEMBERED else calls, key=attrgetter("number")))

    def _with_given(self, calls: Sequence[Call], given: Sequence[int]) -> list[Call]:
        """Return calls with those of all objects that were given to them, and to what they need."""
        found = {id(call): call for call in calls}
        wanted, seen = [*given, *(one for call in calls for one in call.given)], set[int]()
        while wanted:
            number = wanted.pop()
            if number in seen or number not in self._lives:
                continue
            seen.add(number)
            first, others = self._lives[number]
            for call in (first, *others):
                found[id(call)] = call
                wanted += call.given
        return [*found.values()]
