"""From a grade to whoever wants to know it: files for machines, text for people.

Every report is a pure function of a `Grade`. This module knows where each one goes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.assignment import Assignment
    from grader.grade import Grade

GRADESCOPE = Path("/autograder")
TARGETS = ("github", "classroom50", "gradescope", "junit", "csv", "markdown", "html", "json")


_NEEDS = {
    "github": ("GITHUB_OUTPUT",),
    "classroom50": (
        *("CLASSROOM", "ASSIGNMENT", "ASSIGNMENT_TYPE", "OWNER", "SUBMISSION_TAG"),
        *("COMMIT_URL", "RELEASE_URL", "REVIEW_URL"),
    ),
}


class ReportError(ValueError):
    """A report cannot be delivered as asked; nothing was left half written."""


def require_targets(targets: Sequence[str], environ: Mapping[str, str]) -> None:
    """Raise ReportError for an unknown target, or one whose environment is not there."""
    if unknown := [target for target in targets if target not in TARGETS]:
        raise ReportError(f"no such report: {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    for target in targets:
        for variable in _NEEDS.get(target, ()):
            if not environ.get(variable):
                raise ReportError(f"${variable} is not set: the report {target} needs it")
    there = environ.get("GRADESCOPE_RESULTS") or GRADESCOPE.is_dir()
    if "gradescope" in targets and not there:
        raise ReportError(f"there is no {GRADESCOPE}: set $GRADESCOPE_RESULTS to another folder")


def require_places_of(targets: Sequence[str], environ: Mapping[str, str], out_dir: Path) -> None:
    """Raise ReportError, before there is a grade, where a report could not be written."""
    from grader.files import require_places  # noqa: PLC0415 - detect() needs none of it
    from grader.reports.delivery import places_of  # noqa: PLC0415 - likewise

    require_targets(targets, environ)
    for target in targets:
        try:
            require_places(places_of(target, environ, out_dir), parents=True)
        except OSError as error:
            raise ReportError(f"{error.filename}: cannot be written: {error.strerror}") from error


def detect(environ: Mapping[str, str]) -> list[str]:
    """Return the targets whose environment is there: GitHub, Classroom 50, Gradescope."""
    found = [target for target, names in _NEEDS.items() if all(map(environ.get, names))]
    if (GRADESCOPE / "submission_metadata.json").exists():
        found.append("gradescope")
    return found


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
    from grader.reports.delivery import Delivery  # noqa: PLC0415 - detect() needs none of it

    require_targets(targets, environ)
    delivery = Delivery(grade, environ, out_dir, assignment, instructor, student)
    return delivery.deliver(dict.fromkeys(targets))
