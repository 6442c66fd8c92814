"""What was handed in, by the options of a grading."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.source.handin import (
    MisuseError,
    Source,
    Unreadable,
    find_handin,
    find_submission_path,
    load_handin,
)
from grader.source.notices import listed
from grader.source.several import load_files, require_files

if TYPE_CHECKING:
    from collections.abc import Mapping
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
        return load_reference(assignment, assignment.reference)
    if options.checkout and options.submission is not None:
        return _load_checkout(assignment, options.submission)
    found = find_submission(assignment, options.submission, os.environ)
    return load_submission(assignment, found)


def find_submission(assignment: Assignment, path: Path | None, env: Mapping[str, str]) -> Path:
    """Path of the file or the folder to grade, known to hold what is asked for; or MisuseError."""
    if not assignment.files:
        return find_handin(path, assignment.accepts, assignment.folder, env)
    found = find_submission_path(path, listed([*assignment.files]), assignment.folder, env)
    require_files(found, assignment.files)
    return found


def load_submission(assignment: Assignment, path: Path) -> Source | Unreadable:
    """Read what was handed in at a path: the one file that counts, or all; or MisuseError."""
    if assignment.files:
        return load_files(path, assignment.files, assignment.limits.submission_size)
    return load_handin(path, assignment.accepts, assignment.folder)


def load_reference(assignment: Assignment, path: Path) -> Source | Unreadable:
    """Read the reference, of several files with the others beside it; raises MisuseError."""
    if assignment.files:
        return load_submission(assignment, path.parent)
    return load_handin(path, (path.name,))


def _load_checkout(assignment: Assignment, folder: Path) -> Source | Unreadable:
    """Read what is asked for in a student's repository, in which all else is nobody's business.

    Nobody can be asked there, so none or two of the accepted files are as good as one that cannot
    be read, and so is a missing one of several.
    """
    if assignment.files:
        try:
            return load_submission(assignment, folder)
        except MisuseError as wrong:
            return Unreadable(assignment.files[0], "", f"{wrong}.")
    accepts = assignment.accepts
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
