"""What a check must have done before it earns its points by ending without an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.toml_table import place_in

if TYPE_CHECKING:
    from grader.assignment import Assignment
    from grader.plugin.trial import Trial


def describe_debt(trial: Trial, assignment: Assignment) -> str:
    """Say what a check that ended without an exception did not do, with its place; "" if nothing.

    It has to measure or to race where the TOML says that this earns its points, and to let
    through what those raise.
    """
    check, toml = trial.check, assignment.toml
    owed = (
        ("measure", assignment.measure, "measure()", trial.measured is None),
        ("speed", assignment.speed, "race()", trial.timing is None),
    )
    for table, terms, call, is_missing in owed:
        if check.name in terms and is_missing:
            where = f"{place_in(toml, table, check.name)}: [{table}.{check.name}]"
            return f"{where} says what {check.name} earns, and {check.place} never calls {call}"
    if trial.ended_by is not None:
        return f"{check.place}: {check.name} catches what measure() or race() raises"
    return ""
