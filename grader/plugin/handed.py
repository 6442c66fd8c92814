"""What was handed in, by the terms of a grading, and what loading it left undone."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.handin import Source, Unreadable, WrongUse, find_handin, load_handin
from grader.plugin.values import plain

if TYPE_CHECKING:
    from pathlib import Path

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
    if terms.checkout and terms.submission is not None:
        return _load_checkout(terms.submission, assignment.accepts)
    found = find_handin(terms.submission, assignment.accepts, assignment.folder, os.environ)
    return load_handin(found, assignment.accepts)


def _load_checkout(folder: Path, accepts: tuple[str, ...]) -> Source | Unreadable:
    """Read the accepted file of a student's repository, in which all else is nobody's business.

    Nobody can be asked there, so none or two of them are as good as one that cannot be read.
    """
    held = [name for name in accepts if os.path.lexists(folder / name)]
    if not held:
        return Unreadable(accepts[0], "", f"There is no {' and no '.join(accepts)} here.")
    if len(held) > 1:
        words = f"Both {' and '.join(held)} are here: hand in one, and take the other away."
        return Unreadable(held[0], "", words)
    try:
        return load_handin(folder / held[0], accepts)
    except WrongUse as wrong:
        return Unreadable(held[0], "", f"{wrong}.")
