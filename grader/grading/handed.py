"""What was handed in, by the options of a grading."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.source.handin import MisuseError, Source, Unreadable, find_handin, load_handin

if TYPE_CHECKING:
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.assignment.seed import GradeSeed
    from grader.assignment.suite import Suite
    from grader.grading.options import GradingOptions


def freshen(seed: GradeSeed, source: Source | Unreadable, suite: Suite) -> GradeSeed:
    """Have what is hidden drawn for this submission alone; what is public stays as it is."""
    public = frozenset(check.name for check in suite.checks if not check.hidden)
    return replace(seed, fresh=source.sha256, public=public)


def load_source(assignment: Assignment, options: GradingOptions) -> Source | Unreadable:
    """Read what is to be graded: the submission, or in its role the reference; or MisuseError."""
    if options.role == "reference":
        if assignment.reference is None:
            raise MisuseError(f"{assignment.name} has no reference")
        return load_handin(assignment.reference, (assignment.reference.name,))
    if options.checkout and options.submission is not None:
        return _load_checkout(options.submission, assignment.accepts)
    found = find_handin(options.submission, assignment.accepts, assignment.folder, os.environ)
    return load_handin(found, assignment.accepts, assignment.folder)


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
        return load_handin(folder / held[0], accepts, alone=False)
    except MisuseError as wrong:
        return Unreadable(held[0], "", f"{wrong}.")
