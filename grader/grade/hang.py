"""Functions that gave no answer in a grading, as its grade keeps them.

Their later calls get less time, and so they must where a check is run again by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from grader.grade.fields import Line, Seconds


@dataclass(frozen=True, slots=True)
class Hang:
    """A function that gave no answer: in which check first, and what each later call of it got."""

    export: Line
    check: Line
    seconds: Seconds


def join_hangs(*found: Iterable[Hang]) -> tuple[Hang, ...]:
    """Return the hangs of several grades, of each function the one that is named first."""
    hangs: dict[str, Hang] = {}
    for hang in chain(*found):
        hangs.setdefault(hang.export, hang)
    return tuple(hangs.values())
