"""What a session of pytest says about a grade: at its start, at its end, and in grade.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.assignment.nearest import there_are
from grader.grading.hidden import point_at_faults
from grader.reports.record import write_grade
from grader.reports.text import render_table

if TYPE_CHECKING:
    from pathlib import Path

    from grader.plugin.hooks import Hooks


class NothingGraded:
    """Says that no grade is written where checks are collected alone."""

    def __init__(self, record: Path) -> None:
        self.record = record

    def pytest_report_collectionfinish(self) -> str:
        """Say so beside what is collected."""
        return f"--grade-json {self.record}: not written: --collect-only grades nothing"


class Summary:
    """Tells of one grading; where no check was left to run there is none, and nothing to keep."""

    def __init__(self, hooks: Hooks, record: Path | None) -> None:
        self.hooks, self.record = hooks, record
        self.told = ""
        self.is_empty = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note whether there is a check to run, or a fault of the suite to tell."""
        only_shows = session.config.getoption("setuponly", default=False)
        self.is_empty = only_shows or not (session.items or session.testsfailed)

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
        if self.is_empty:
            self.told = f"--grade-json {self.record}: not written: nothing was run"
            return
        try:
            write_grade(grade, self.record, instructor=self.hooks.grading.options.instructor)
            self.told = f"written to {self.record}"
        except OSError as error:
            self.told = f"--grade-json {self.record}: cannot be written: {error.strerror}"
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
    ) -> None:
        """Print the table of checks, points and verdicts; without one, which checks there are."""
        grade = self.hooks.grade
        if self.is_empty:
            word = _chosen_word(config)
            if word or exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
                told = there_are(list(self.hooks.checks), word)
                terminalreporter.write_line(f"nothing is left to run; {told}")
        elif grade is not None:
            terminalreporter.section(f"grade of {self.hooks.grading.source.name}")
            terminalreporter.write(render_table(grade))
            if not self.hooks.grading.options.instructor:
                for line in point_at_faults(grade.checks):
                    terminalreporter.write_line(line)
        if self.told:
            terminalreporter.write_line(self.told)


def _chosen_word(config: pytest.Config) -> str:
    """Return how a command line names a check: by an id, or by a pattern; "" if it names none."""
    ids = (argument.partition("::")[2] for argument in config.args)
    return next((word for word in (*ids, config.option.keyword) if word), "")
