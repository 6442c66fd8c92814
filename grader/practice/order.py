"""Which checks to ask first after a change: those that read what changed.

A file is taken for lines here, and never parsed: what begins at the left margin begins a piece,
under the name that it binds. A change that has no name may matter to everything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from grader.source.handin import Source

_NAMED = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]*)?=(?!=)")
_GOES_ON = (" ", "\t", ")", "]", "}", "#")
_WORD = re.compile(r"\w+")


def pieces_of(source: Source) -> dict[str, str]:
    """Return the text under each name that is bound at the margin; under "" all other text."""
    found: dict[str, list[str]] = {}
    for cell in source.cells:
        name, waiting = "", list[str]()
        for line in cell.text.splitlines():
            if line.startswith("@"):
                waiting.append(line)
                continue
            if line and not line.startswith(_GOES_ON):
                match = _NAMED.match(line)
                name = (match[1] or match[2]) if match else ""
            found.setdefault(name, []).extend([*waiting, line.rstrip()])
            waiting = []
    return {name: "\n".join(lines).strip() for name, lines in found.items()}


def changed_exports(
    before: Source, after: Source, exports: Collection[str]
) -> frozenset[str] | None:
    """Return the exports that read what changed, by themselves or by what they name.

    None where that cannot be told: what changed stands under no name, or in another file.
    """
    if before.files != after.files:
        return None
    old, new = pieces_of(before), pieces_of(after)
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    if "" in changed:
        return None
    words = {name: set(_WORD.findall(text)) for name, text in new.items()}
    while more := {name for name in words if words[name] & changed} - changed:
        changed |= more
    return frozenset(changed & set(exports))


def order_checks(
    checks: Sequence[str],
    asks: Mapping[str, Collection[str]],
    changed: Collection[str] | None,
    lost: Collection[str],
) -> tuple[str, ...]:
    """Return checks: first those that ask what changed, of these and of the rest the lost ones.

    `asks` has the exports that a check asks; a check of which none is known may ask any.
    """

    def rank(name: str) -> tuple[bool, bool]:
        known = asks.get(name, ())
        reads = changed is None or (bool(known) and not set(known).isdisjoint(changed))
        return not reads, name not in lost

    return tuple(sorted(checks, key=rank))


def count_first(
    order: Iterable[str], asks: Mapping[str, Collection[str]], changed: Collection[str] | None
) -> int:
    """Return how many checks are known to ask what changed."""
    if changed is None:
        return len(tuple(order))
    return sum(not set(asks.get(name, ())).isdisjoint(changed) for name in order)
