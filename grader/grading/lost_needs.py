"""A check that builds on a lost one is not run: one mistake, one message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.assignment.check import Check
    from grader.assignment.suite import Suite
    from grader.grading.one_device import Grading


def lost_need(grading: Grading, check: Check) -> str:
    """Return the check that another builds on and that is lost; "" where there is none.

    Of one that is itself not run for want of another it is that other: the first mistake.
    """
    for name in grading.assignment.needs.get(check.name, ()):
        if grading.tally.is_lost(name):
            return grading.tally.waits_for(name) or name
    return ""


def describe_lost_need(suite: Suite, lost: str) -> str:
    """Say which function is not right yet, and which check says so."""
    exports = suite.exports_of(lost)
    what = f"`{exports[0]}`" if len(exports) == 1 else "what this builds on"
    return f"{what} is not right yet: see {lost}"
