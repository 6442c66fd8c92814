"""Grade machine-learning assignments: property tests and honest races, behind a wall.

All that may be relied on, each imported when first used. (PYTEST_DONT_REWRITE: no suite is here.)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment, AssignmentError, load_assignment
    from grader.grade.no_grade import NoGrade
    from grader.grade.result import CheckResult, Decision, Grade, Timing, Verdict
    from grader.grading.options import GradingOptions
    from grader.library.service import Grader
    from grader.plugin.session import grade_submission
    from grader.race.growth import Growth, growth
    from grader.race.workload import Workload
    from grader.sandbox import (
        Died,
        ExportMissingError,
        IsolationError,
        Raised,
        Returned,
        SubmissionRaisedError,
        TimedOut,
        WorkerLostError,
    )
    from grader.sandbox.opened import Sandbox
    from grader.submission.assertions import (
        Misconceptions,
        assert_close,
        assert_equal,
        assert_raises,
        assert_unchanged,
    )
    from grader.submission.converters import as_array, as_number, as_tensor, as_tuple, as_word
    from grader.submission.programs import Output, assert_lines, run

_HOMES = {
    "grader.assignment.folder": "Assignment AssignmentError load_assignment",
    "grader.sandbox": "Died ExportMissingError IsolationError Raised Returned "
    "SubmissionRaisedError TimedOut WorkerLostError",
    "grader.submission.assertions": "Misconceptions assert_close assert_equal assert_raises "
    "assert_unchanged",
    "grader.submission.converters": "as_array as_number as_tensor as_tuple as_word",
    "grader.submission.programs": "Output assert_lines run",
    "grader.race.growth": "Growth growth",
    "grader.race.workload": "Workload",
    "grader.grade.result": "CheckResult Decision Grade Timing Verdict",
    "grader.grade.no_grade": "NoGrade",
    "grader.library.service": "Grader",
    "grader.plugin.session": "grade_submission",
    "grader.grading.options": "GradingOptions",
    "grader.sandbox.opened": "Sandbox",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}
_HOME["load_ipython_extension"] = "grader.practice.kernel"  # what `%load_ext grader` asks for

__all__ = [
    "Assignment",
    "AssignmentError",
    "CheckResult",
    "Decision",
    "Died",
    "ExportMissingError",
    "Grade",
    "Grader",
    "GradingOptions",
    "Growth",
    "IsolationError",
    "Misconceptions",
    "NoGrade",
    "Output",
    "Raised",
    "Returned",
    "Sandbox",
    "SubmissionRaisedError",
    "TimedOut",
    "Timing",
    "Verdict",
    "WorkerLostError",
    "Workload",
    "as_array",
    "as_number",
    "as_tensor",
    "as_tuple",
    "as_word",
    "assert_close",
    "assert_equal",
    "assert_lines",
    "assert_raises",
    "assert_unchanged",
    "grade_submission",
    "growth",
    "load_assignment",
    "run",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any member of the API
    """Import a public name when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, getattr(import_module(_HOME[name]), name))


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
