"""What checks build on: `[needs]`, by which one mistake costs its points once and is told once.

A check is not run where one that it needs is lost. What a check needs, what that needs in turn
counts as well; there are no circles, and races stand apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.assignment.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from grader.assignment.toml_table import TomlTable

Needs = dict[str, tuple[str, ...]]


def read_needs(table: TomlTable, checks: Collection[str], races: Collection[str]) -> Needs:
    """Read `[needs]`: for a check the names of those that it builds on."""
    found: Needs = {}
    for name in table.values:
        named = table.take(name, list, "a list of checks", [])
        wrong = list(_problems(name, named, checks, races))
        for problem in wrong:
            table.complain(name, f"needs.{name}: {problem}")
        if not wrong:
            found[name] = tuple(named)
    for name in found:
        if name in all_needs(found, name):
            table.complain(name, f"needs.{name}: {name} needs itself, by way of what it needs")
    return found


def _problems(
    name: str, named: list[object], checks: Collection[str], races: Collection[str]
) -> Iterator[str]:
    if not named:
        yield "name at least one check, or delete the line"
    for check in (name, *named):
        if not isinstance(check, str):
            yield f"{check!r} is not the name of a check"
        elif check not in checks:
            yield f"no such check in [points]: {check}{did_you_mean(check, checks)}"
        elif check in races:
            yield f"{check} is a race: it needs no other check, and none needs it"


def all_needs(needs: Mapping[str, tuple[str, ...]], name: str) -> frozenset[str]:
    """Return all that a check needs, and what that needs in turn."""
    found: set[str] = set()
    left = [*needs.get(name, ())]
    while left:
        if (one := left.pop()) not in found:
            found.add(one)
            left += needs.get(one, ())
    return frozenset(found)


def with_needs(needs: Mapping[str, tuple[str, ...]], names: Iterable[str]) -> tuple[str, ...]:
    """Return some checks and all that they need, each after what it needs, else in their order."""
    ordered: dict[str, None] = {}

    def put(name: str) -> None:
        if name not in ordered:
            for other in needs.get(name, ()):
                put(other)
            ordered[name] = None

    for name in names:
        put(name)
    return tuple(ordered)
