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
Promise = tuple[str, str]
_WIDTH = 43
"""Of a promise, so that its line in the table has at most 80 columns."""
ENDS = {"whole": "", "interrupted": "interrupted", "broken off": "broken off"}
"""How a run may end, and how its last line begins then."""


def render_family(family: Family) -> Line:
    """Return the line of a family in the table, and its colour; why nothing was tried is below."""
    mark, colour = ("✗", "red") if family.problems else ("!", "yellow")
    if not family.problems and not family.advice:
        mark, colour = ("✓", "green") if family.ran else ("-", "bright_black")
    came = f"{family.words}, {family.seconds:.0f} s"
    why = f"\n    {family.untried}" if family.untried else ""
    return f"{mark} {family.promise:<{_WIDTH}} {family.share:>12}  {came}{why}", colour


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


def render_total(families: Sequence[Family], *, full: bool, end: str = "whole") -> Line:
    """Return the last line: which share of everything ran, and what it came to."""
    ran, of = sum(family.ran for family in families), sum(family.of for family in families)
    problems = sum(len(family.problems) for family in families)
    left_out = "" if full or ran >= of else ": a sample, --full runs all"
    words = _counted(problems, "problem") if problems else "no problem"
    told = f"{words} in {ran} of {of} gradings"
    if begin := ENDS[end]:
        return f"\n{begin}: {told} so far; the rest was not tried", "red"
    return f"\n{told}{left_out}", "red" if problems else "green"


def render_stopped(promises: Sequence[Promise], *, end: str = "whole") -> Line:
    """Return the last line of a run that came no further than the promises."""
    broken = sum(bool(problem) for _, problem in promises)
    told = f"{_counted(broken, 'promise')} broken" if broken else "no promise broken"
    begin = f"{ENDS[end]}: " if ENDS[end] else ""
    of = f" of {len(promises)} so far" if begin else ""
    return f"\n{begin}{told}{of}; the rest was not tried", "red"


def render_json(
    assignment: Assignment,
    promises: Sequence[Promise],
    families: Sequence[Family],
    *,
    full: bool,
    end: str = "whole",
) -> str:
    """Return everything for a program; its `schema` changes where what is there changes."""
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "assignment": assignment.name,
        "full": full,
        "end": end,
        "promises": [{"promise": one, "problem": problem} for one, problem in promises],
        "families": [vars(family) for family in families],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
