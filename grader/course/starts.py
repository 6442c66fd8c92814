"""The one start that names in a folder have in common before a student: `course-hw2-`, `HW_2_`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_FEW = 10


def find_start(names: Iterable[str], students: Collection[str], joint: str) -> str:
    """Return the start after which most names are a known student's, of those that are common.

    A student whose id is the tail of another's has the longer start, and nearly nobody else has
    it. So a start that one name alone has, or that many others have a part of, is none.
    """
    every, known = set(names), frozenset(students)
    cuts = [(name, end) for name in every for end in _ends(name, joint)]
    begun = Counter(name[:end] for name, end in cuts)
    named = Counter(name[:end] for name, end in cuts if name[end:] in known)
    common = [
        start
        for start in named
        if begun[start] > max(1, len(every) / 2)
        and (begun[start[: start.index(joint) + 1]] - begun[start]) * _FEW <= begun[start]
    ]
    return min(common, key=lambda start: (-named[start], len(start)), default="")


def _ends(name: str, joint: str) -> list[int]:
    return [i + 1 for i, letter in enumerate(name) if letter == joint and i + 1 < len(name)]
