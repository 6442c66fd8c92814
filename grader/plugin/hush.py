"""What pytest prints of a submission is no order to GitHub Actions, where that is where it runs."""

from __future__ import annotations

import os

import pytest

from grader.reports.muting import is_obeyed, make_marks
from grader.reports.quoting import disarm


class Hush:
    """Stands between two marks in the log, from when an assignment is met to the last line."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter
        begin, self._end = make_marks()
        reporter.write_line(begin)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Have the lines of later programs obeyed again."""
        self._reporter.write_line(self._end)


def hush(config: pytest.Config) -> None:
    """Have no line obeyed that pytest prints from now on."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if is_obeyed(os.environ) and reporter is not None:
        config.pluginmanager.register(Hush(reporter))


def usage_error(problem: Exception) -> pytest.UsageError:
    """Return pytest's own error of a problem; it goes to the other stream, where nothing mutes."""
    text = str(problem)
    return pytest.UsageError(disarm(text) if is_obeyed(os.environ) else text)
