"""What was handed in, by the terms of a grading, and what loading it left undone."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.handin import Source, Unreadable, WrongUse, find_handin, load_handin
from grader.plugin.values import plain

if TYPE_CHECKING:
    from grader.assignment import Assignment
    from grader.loading import Failed
    from grader.plugin.suite import Suite
    from grader.plugin.terms import Terms
    from grader.seed import GradeSeed


def freshen(seed: GradeSeed, source: Source | Unreadable, suite: Suite) -> GradeSeed:
    """Have what is hidden drawn for this submission alone; what is public stays as it is."""
    public = frozenset(check.name for check in suite.checks if not check.hidden)
    return replace(seed, fresh=source.sha256, public=public)


def describe_stop(name: str, failed: Failed) -> str:
    """Say which statement stopped when a submission was loaded, and why."""
    cell = f"cell {failed.cell}, " if failed.cell else ""
    return plain(f"{name} {cell}line {failed.line} stopped when it was loaded: {failed.error}", 400)


def load_source(assignment: Assignment, terms: Terms) -> Source | Unreadable:
    """Read what is to be graded: the submission, or in its role the reference. Raises WrongUse."""
    if terms.role == "reference":
        if assignment.reference is None:
            raise WrongUse(f"{assignment.name} has no reference")
        return load_handin(assignment.reference, (assignment.reference.name,))
    found = find_handin(terms.submission, assignment.accepts, assignment.folder, os.environ)
    return load_handin(found, assignment.accepts)
