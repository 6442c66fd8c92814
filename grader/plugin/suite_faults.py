"""Faults of an assignment that belong to no single check: no check can then be believed.

A module that cannot be imported, here or where submissions run, and an error in the assignment's
code between checks. They withhold the grade, and say where they lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.grade.result import Verdict
from grader.grading.check_run import Finding
from grader.grading.faults import describe_fault, find_error_place
from grader.grading.hidden import OURS, without_details
from grader.grading.module_cache import forget_modules
from grader.grading.public_folder import find_public_fault

if TYPE_CHECKING:
    from grader.assignment.check import Check
    from grader.grading.devices import Gradings


class SuiteFaults:
    """Hooks that find them and blame them on the grader; `problem` ends the session."""

    def __init__(self, gradings: Gradings) -> None:
        self.gradings = gradings
        self.assignment = gradings.first.assignment
        self.problem: RuntimeError | None = None

    def pytest_exception_interact(
        self,
        node: pytest.Item | pytest.Collector,
        call: pytest.CallInfo[object],
        report: pytest.CollectReport | pytest.TestReport,
    ) -> None:
        """Blame a module of the suite that cannot be imported."""
        if not isinstance(report, pytest.CollectReport) or call.excinfo is None:
            return
        error: BaseException = call.excinfo.value
        if isinstance(error, pytest.Collector.CollectError):
            error = error.__cause__ or error
        checks = self.gradings.first.suite.checks
        named = (check.place for check in checks if check.name in str(error))
        fault = describe_fault(error, self.assignment, next(named, str(node.path)))
        is_hidden = node.path == self.assignment.hidden_suite
        finding = self._blame(f"the suite cannot be imported: {fault}", hidden=is_hidden)
        report.longrepr = explain_fault(finding, report)
        forget_modules(self.assignment.folder)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Blame a public module that no submission could import, and run nothing then."""
        first = self.gradings.first
        if first.unreadable or session.config.option.collectonly or not session.items:
            return
        if fault := find_public_fault(self.assignment, first.sandbox):
            finding = self._blame(f"public/ cannot be imported: {fault}")
            pytest.exit(finding.message, returncode=pytest.ExitCode.TESTS_FAILED)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Say in a sentence what the assignment's code did outside of any check."""
        if find_error_place(excinfo.value, self.assignment):
            fault = describe_fault(excinfo.value, self.assignment)
            self.problem = self.problem or RuntimeError(f"{OURS}: {fault}")
        return self.problem is not None

    def _blame(self, fault: str, *, hidden: bool = False) -> Finding:
        """Withhold all checks for a fault; return what may be shown of it."""
        grading = self.gradings.first
        finding = Finding(Verdict.grader_error, f"{OURS}: {fault}")
        if hidden and not grading.options.instructor:
            finding = without_details(finding)
        for check in grading.suite.checks:
            grading.settle(check, finding)
        return finding


def explain(check: Check, finding: Finding, report: pytest.TestReport) -> str:
    """Say how a check was lost, and by which call; a fault of the suite in pytest's words too."""
    if finding.verdict is Verdict.grader_error:
        return explain_fault(finding, report)
    parts = [check.sentence, f"{finding.verdict.words}: {finding.message}", finding.counterexample]
    return "\n\n".join(part for part in parts if part)


def explain_fault(finding: Finding, report: pytest.CollectReport | pytest.TestReport) -> str:
    """Put a fault's sentence before pytest's own account, which hidden checks do without."""
    told, more = finding.message, report.longrepr
    return f"{told}\n\n{more}" if more and told != OURS else told
