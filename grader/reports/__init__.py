"""From a grade to whoever wants to know it: files for machines, text for people.

Every report is a pure function of a `Grade`. This module knows where each one goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.reports.registry import FORMATS, find_format, list_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.assignment.folder import Assignment
    from grader.grade.result import Grade


class ReportError(ValueError):
    """A report cannot be delivered as asked; nothing was left half written."""


def require_targets(targets: Sequence[str], environ: Mapping[str, str]) -> None:
    """Raise ReportError for an unknown target, or one whose environment is not there."""
    require_names(targets)
    for target in targets:
        if lack := find_format(target).why_not(environ):
            raise ReportError(f"--to {target}: {lack}")


def require_names(targets: Sequence[str]) -> None:
    """Raise ReportError for an unknown target."""
    if unknown := [target for target in targets if target not in FORMATS]:
        there = list_names(FORMATS, "and")
        raise ReportError(f"no such report: {', '.join(unknown)}; there are {there}")


def detect(environ: Mapping[str, str]) -> list[str]:
    """Return the targets whose environment is there, such as GitHub's."""
    return [name for name in FORMATS if find_format(name).is_chosen(environ)]


def is_on_classroom50(environ: Mapping[str, str]) -> bool:
    """Whether Classroom 50's workflow runs this, and reads what a step leaves behind."""
    return all(map(environ.get, ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG")))


def write(
    grade: Grade,
    targets: Sequence[str],
    environ: Mapping[str, str],
    out_dir: Path,
    *,
    assignment: Assignment | None = None,
    instructor: bool = False,
    student: str = "",
) -> list[str]:
    """Deliver a grade to each target and return the lines to print.

    All reports are made before the first is written. `assignment` tells Gradescope the
    visibility of hidden checks, and of which measures more is better; `student` is whose it is,
    for the reports that say so. Raises ReportError for
    an unknown target, a missing environment variable or a place that cannot be written.
    """
    from grader.reports.delivery import Delivery  # noqa: PLC0415 - it imports this module

    require_targets(targets, environ)
    delivery = Delivery(grade, environ, out_dir, assignment, instructor, student)
    return delivery.deliver(dict.fromkeys(targets))
