"""Whose an entry is, by the roster: by path, id, group or name, and never by half of one."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

from grader.course.labels import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from grader.course.labels import Label
    from grader.course.roster import Member

_BY_NAME = ("name", "moved")


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

        Where one entry has a member's id by chance, under another name, and another entry the
        name, that is the member's. Of two of one name, whose ids are not the roster's, neither is.
        """
        pairs = list(asked)
        found = [(self._match(path, label), label) for path, label in pairs]
        named = {match.members[0].student for match, _ in found if match.by in _BY_NAME}
        found = [
            (Match() if _is_chance(match, label, named) else match, label) for match, label in found
        ]
        ids = defaultdict(set)
        for match, label in found:
            if match.by in ("id", *_BY_NAME) and label.name not in ("", label.student):
                ids[match.members[0].student].add(label.student)
        return [
            Match() if m.by in _BY_NAME and len(ids[m.members[0].student]) > 1 else m
            for m, _ in found
        ]

    def _match(self, path: Path, label: Label) -> Match:
        if members := self._by_path.get(path):
            return Match(members, "path")
        named = self._names.get(label.name, [])
        group = self._groups.get(label.name or label.student, [])
        if member := self.members.get(label.student):
            if member.name and named and member not in named:
                return Match(named, "moved") if len(named) == 1 else Match()
            if not (label.name and group) or member in named:
                return Match([member], "id")
        if group:
            return Match(group, "group")
        wanted = {plain(text) for text in (label.student, label.name) if text}
        exact = {m.student: m for text in wanted for m in self._texts.get(text, ())}
        named = [*exact.values()] or named
        return Match(named, "name") if len(named) == 1 else Match()


def _is_chance(match: Match, label: Label, named: Collection[str]) -> bool:
    """Whether an id is a member's by chance: its name is another, and the member's name came."""
    if match.by != "id" or match.members[0].student not in named:
        return False
    member = match.members[0]
    return bool(label.name and member.name) and label.name not in _names(member.name)


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
