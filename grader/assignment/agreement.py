"""Whether the TOML and the suite speak of the same checks."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from grader.assignment.nearest import did_you_mean
from grader.assignment.toml_table import place_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.assignment.check import Check
    from grader.assignment.folder import Assignment


def compare_rubric(
    assignment: Assignment, public_names: Iterable[str], hidden_names: Iterable[str]
) -> list[str]:
    """Return what is wrong between `[points]` and the checks of the two modules.

    Each sentence names both files; the empty list means that they agree. The
    names are those of all test functions in the modules, selected or not.
    """
    public, hidden = Counter(public_names), Counter(hidden_names)
    toml, homes = assignment.toml, {assignment.suite: public, assignment.hidden_suite: hidden}
    checks, points = public + hidden, assignment.points
    problems = [
        f"{_place(home, name)}: {name} is worth nothing: {toml} has no points for it"
        + did_you_mean(name, points.keys() - checks.keys())
        for home, names in homes.items()
        for name in names
        if name not in points
    ]
    problems += [
        f"{_place(home, name)}: {name} is defined twice: {toml} has points for one"
        for home, names in homes.items()
        for name, count in names.items()
        if count > 1
    ]
    problems += [
        f"{name} is a check in both {assignment.suite} and {assignment.hidden_suite}"
        for name in public.keys() & hidden.keys()
    ]
    there = " or ".join(str(home) for home in homes if home.exists())
    problems += [
        f"{place_in(toml, 'points', name)}: points for {name}, but no such check is in {there}"
        + did_you_mean(name, checks.keys() - points.keys())
        for name in points
        if name not in checks
    ]
    if hidden and assignment.hidden_points:
        line, where = place_in(toml, "hidden_points"), assignment.hidden_suite
        problems.append(f"{line}: hidden_points stand for checks that are here, in {where}")
    return problems


def compare_limits(assignment: Assignment, checks: Iterable[Check]) -> list[str]:
    """Return what is wrong between `[limits]` and the checks: what grows has none of its own."""
    return [
        f"{place_in(assignment.toml, 'limits', check.name)}: limits.{check.name}: a growth is "
        "measured within [limits], as races are"
        for check in checks
        if check.grows and check.name in assignment.check_limits
    ]


def compare_needs(assignment: Assignment, checks: Iterable[Check]) -> list[str]:
    """Name the visible checks that need a hidden one, which students could not run."""
    hidden = {check.name: check.hidden for check in checks}
    return [
        f"{place_in(assignment.toml, 'needs', name)}: needs.{name}: {name} is visible and may not "
        f"need {other}, which is hidden"
        for name, others in assignment.needs.items()
        for other in others
        if not hidden.get(name, True) and hidden.get(other, False)
    ]


def _place(home: Path, name: str) -> str:
    """Return a module with the line that defines a check, where one does."""
    text = home.read_text(encoding="utf-8", errors="replace") if home.exists() else ""
    found = re.search(rf"^(?:async )?def {name}\b", text, re.MULTILINE)
    return f"{home}:{text.count(chr(10), 0, found.start()) + 1}" if found else str(home)
