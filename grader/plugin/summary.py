"""What a session of pytest says about a grade: at its start, at its end, and in grade.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.plugin.hidden import point_at_faults
from grader.reports.record import write_grade
from grader.reports.text import render_table

if TYPE_CHECKING:
    from pathlib import Path

    from grader.plugin.hooks import Hooks


class Summary:
    """Tells of one grading."""

    def __init__(self, hooks: Hooks, record: Path | None) -> None:
        self.hooks, self.record = hooks, record
        self.told = ""

    def pytest_report_collectionfinish(self) -> str:
        """Say what is graded."""
        grading = self.hooks.gradings.first
        return f"grading {grading.source.name} for {grading.assignment.title!r}"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write grade.json, also when the session ended early."""
        grade = self.hooks.grade
        if self.record is None or grade is None:
            return
        try:
            write_grade(grade, self.record, instructor=self.hooks.grading.terms.instructor)
            self.told = f"written to {self.record}"
        except OSError as error:
            self.told = f"--grade-json {self.record}: cannot be written: {error.strerror}"
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table of checks, points and verdicts."""
        grade = self.hooks.grade
        if grade is None:
            return
        terminalreporter.section(f"grade of {self.hooks.grading.source.name}")
        terminalreporter.write(render_table(grade))
        if not self.hooks.grading.terms.instructor:
            for line in point_at_faults(grade.checks):
                terminalreporter.write_line(line)
        if self.told:
            terminalreporter.write_line(self.told)
