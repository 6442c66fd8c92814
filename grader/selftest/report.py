"""What a self-test came to: a line for each family, what to look at, and all of it as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.assignment.folder import Assignment
    from grader.selftest.findings import Family

SCHEMA = "torchmarks/selftest/v1"
Line = tuple[str, str]
_WIDTH = 52


def render_family(family: Family) -> Line:
    """Return the line of a family in the table, and its colour."""
    mark, colour = ("✗", "red") if family.problems else ("!", "yellow")
    if not family.problems and not family.advice:
        mark, colour = ("✓", "green") if family.ran else ("-", "bright_black")
    words = family.words if family.ran or family.problems or family.advice else "nothing to try"
    line = f"{mark} {family.promise:<{_WIDTH}} {family.share:>12}  {words}"
    return f"{line}, {family.seconds:.0f} s", colour


def render_details(families: Sequence[Family]) -> Iterator[Line]:
    """Yield what is wrong, and then what would make the suite better, each with its colour."""
    for title, colour, kind in (("Wrong", "red", "problems"), ("Advice", "yellow", "advice")):
        told = [text for family in families for text in getattr(family, kind)]
        if told:
            yield f"\n{title}:", colour
        for text in told:
            first, *rest = text.splitlines()
            yield f"  {first}", ""
            yield from ((f"    {line}" if line else "", "") for line in rest)


def render_total(families: Sequence[Family], *, full: bool) -> Line:
    """Return the last line: which share of everything ran, and what it came to."""
    ran, of = sum(family.ran for family in families), sum(family.of for family in families)
    problems = sum(len(family.problems) for family in families)
    left_out = "" if full or ran >= of else ": a sample, --full runs all"
    words = f"{problems} problem{'s' * (problems != 1)}" if problems else "no problem"
    told = f"\n{words} in {ran} of {of} gradings{left_out}"
    return told, "red" if problems else "green"


def render_json(
    assignment: Assignment,
    promises: Sequence[tuple[str, str]],
    families: Sequence[Family],
    *,
    full: bool,
) -> str:
    """Return everything for a program; its `schema` changes where what is there changes."""
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "assignment": assignment.name,
        "full": full,
        "promises": [{"promise": one, "problem": problem} for one, problem in promises],
        "families": [vars(family) for family in families],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"
