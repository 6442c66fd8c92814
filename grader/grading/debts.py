"""What a check must have done before it earns its points by ending without an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.assignment.toml_table import place_in

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment
    from grader.grading.check_run import CheckRun

UNPAID = "the answers left this check nothing to judge: are they empty, or not what was asked for?"
"""What a student is told of a check that owes nothing where the reference is asked."""


def describe_debt(run: CheckRun, assignment: Assignment) -> str:
    """Say what a check that ended without an exception did not do, with its place; "" if nothing.

    It has to measure or to race where the TOML says that this earns its points, to find a growth
    where its text says so, and to let through what those raise.
    """
    check, toml = run.check, assignment.toml
    owed = (
        ("measure", assignment.measure, "measure()", run.measured is None),
        ("speed", assignment.speed, "race()", run.race is None),
    )
    for table, terms, call, is_missing in owed:
        if check.name in terms and is_missing:
            where = f"{place_in(toml, table, check.name)}: [{table}.{check.name}]"
            return f"{where} says what {check.name} earns, and {check.place} never calls {call}"
    if check.grows and not run.facts:
        return f"{check.place}: {check.name} never calls growth(), or catches what it raises"
    if run.facts and not check.grows:
        unseen = "calls growth() by another name or in a helper: call it as growth() in the check"
        return f"{check.place}: {check.name} {unseen}, by which it is known to be timed"
    if run.calls and run.calls.claims and not run.calls.answers:
        rests = (
            f"{check.place}: {check.name} rests on probes alone, which the submission could forge"
        )
        return f"{rests}: have it ask an export for an answer too"
    if run.ended_by is not None:
        return f"{check.place}: {check.name} catches what measure() or race() raises"
    return ""
