"""What a student is told of hidden checks: our own words and no input, and where to read more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.grade.result import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.grade.result import CheckResult
    from grader.grading.check_run import Finding

OURS = "a fault of the grader, not of the submission; the grade is withheld"
_FAULT = "a fault of the kit or of the assignment in {}: run it again with --instructor to see it"
_WORDS = {
    Verdict.wrong: "wrong on an input that is not shown",
    Verdict.raised: "raised an exception on an input that is not shown",
    Verdict.timed_out: "did not answer in time on an input that is not shown",
    Verdict.out_of_memory: "ran out of memory on an input that is not shown",
    Verdict.died: "ended without an answer on an input that is not shown",
    Verdict.grader_error: OURS,
}


def point_at_faults(results: Iterable[CheckResult]) -> list[str]:
    """Say, in one line or none, how to see the faults that hidden checks do not show.

    It is for whoever runs the grader, and in no grade: students cannot follow it.
    """
    names = [r.name for r in results if r.hidden and r.verdict is Verdict.grader_error]
    return [_FAULT.format(", ".join(names))] if names else []


def without_details(finding: Finding) -> Finding:
    """Return what a student may read about a hidden check: our own words, and no input."""
    words = _WORDS.get(finding.verdict, finding.message)
    if finding.measured is not None or finding.timing is not None:
        words = finding.message
    return replace(finding, message=words, counterexample=None, call=None, place="")
