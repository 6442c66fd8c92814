"""Whose an entry is, by the roster: by path, id, group or name, and never by half of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.course.labels import plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.course.labels import Label
    from grader.course.roster import Member


class Matcher:
    """Finds the members of a roster that an entry of a download is of."""

    def __init__(self, members: Sequence[Member], folder: Path) -> None:
        self.members = {member.student: member for member in members}
        self._by_path = {folder / member.path: member for member in members if member.path}

    def match(self, path: Path, label: Label) -> list[Member]:
        """Return the one member, all of a group, or nobody; of two of one name nobody."""
        if member := self._by_path.get(path) or self.members.get(label.student):
            return [member]
        wanted = {plain(text) for text in (label.student, label.name) if text}
        group = [member for member in self.members.values() if member.group in wanted]
        if group:
            return group
        named = [m for m in self.members.values() if wanted & {m.name, m.student, m.email} - {""}]
        named = named or [m for m in self.members.values() if label.name in _squeezed(m.name)]
        return named if len(named) == 1 else []


def _squeezed(name: str) -> set[str]:
    """Return a person's name as Canvas writes it: sortable, in lower case, with nothing between."""
    *first, last = name.replace(",", " ").split() or [""]
    orders = (name, f"{last} {' '.join(first)}")
    return {re.sub(r"\W", "", order).lower() for order in orders} - {""}
