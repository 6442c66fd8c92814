"""Whose an entry is, by the roster: by path, id, group or name, and never by half of one."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

from grader.course.labels import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from grader.course.labels import Label
    from grader.course.roster import Member


class Match(NamedTuple):
    """The members that an entry is of, and what told so; `moved` where its id is another's."""

    members: Sequence[Member] = ()
    by: Literal["path", "id", "group", "name", "moved", ""] = ""


class Matcher:
    """Finds the members of a roster that the entries of a download are of."""

    def __init__(self, members: Sequence[Member], by_path: Mapping[Path, Sequence[Member]]) -> None:
        self.members = {member.student: member for member in members}
        self._by_path = by_path
        self._groups = _index((member.group, member) for member in members)
        self._names = _index((name, member) for member in members for name in _names(member.name))
        self._texts = _index(
            (text, member) for member in members for text in {member.name, member.email}
        )

    def match_all(self, asked: Iterable[tuple[Path, Label]]) -> list[Match]:
        """Return whose each entry is: one member's, several's, or nobody's.

        Of two students of one name, whose ids are not the roster's, neither is the member.
        """
        pairs = list(asked)
        found = [self._match(path, label) for path, label in pairs]
        ids = defaultdict(set)
        for (_, label), match in zip(pairs, found, strict=True):
            if match.by in ("id", "name", "moved") and label.name not in ("", label.student):
                ids[match.members[0].student].add(label.student)
        return [
            Match()
            if match.by in ("name", "moved") and len(ids[match.members[0].student]) > 1
            else match
            for match in found
        ]

    def _match(self, path: Path, label: Label) -> Match:
        if members := self._by_path.get(path):
            return Match(members, "path")
        named = self._names.get(label.name, [])
        if member := self.members.get(label.student):
            if not (named and member.name) or member in named:
                return Match([member], "id")
            return Match(named, "moved") if len(named) == 1 else Match()
        wanted = {plain(text) for text in (label.student, label.name) if text}
        if group := [member for text in wanted for member in self._groups.get(text, ())]:
            return Match(group, "group")
        exact = {m.student: m for text in wanted for m in self._texts.get(text, ())}
        named = [*exact.values()] or named
        return Match(named, "name") if len(named) == 1 else Match()


def _index(pairs: Iterable[tuple[str, Member]]) -> dict[str, list[Member]]:
    found = defaultdict(list)
    for text, member in pairs:
        if text:
            found[text].append(member)
    return dict(found)


def _names(name: str) -> set[str]:
    """Return a person's name, and as Canvas writes it: sortable, lower case, nothing between."""
    *first, last = name.replace(",", " ").split() or [""]
    orders = (name, f"{last} {' '.join(first)}")
    return {name} | {re.sub(r"\W", "", order).lower() for order in orders}
