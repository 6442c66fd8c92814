"""From a collected folder to a grading: the hooks, the fixtures and the report are registered."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from grader.assignment.folder import load_assignment
from grader.assignment.suite import load_suite
from grader.files import OutputFile, require_places
from grader.grading.devices import open_gradings
from grader.grading.module_cache import forget_namesakes
from grader.grading.one_device import MISUSES
from grader.grading.selection import Selection
from grader.plugin import fixtures
from grader.plugin.bounds import Bounds
from grader.plugin.hooks import Hooks
from grader.plugin.hush import hush, usage_error
from grader.plugin.options import read_grading_options, read_option
from grader.plugin.profile import storage
from grader.plugin.summary import NothingGraded, Summary
from grader.reports.record import why_not_over

if TYPE_CHECKING:
    from pathlib import Path


def open_assignment(config: pytest.Config, folder: Path) -> None:
    """Begin to grade; raises UsageError, which says all that is wrong."""
    _refuse_many_processes(config)
    record = _record_path(config)
    hush(config)
    try:
        assignment = load_assignment(folder)
        suite = load_suite(assignment)
        forget_namesakes(folder)
        config.pluginmanager.register(Bounds(assignment.folder, suite.paths))
        if config.option.collectonly:
            kept_elsewhere = ExitStack()  # Hypothesis looks through what is collected, too
            kept_elsewhere.enter_context(storage())
            config.add_cleanup(kept_elsewhere.close)
            if record is not None:
                config.pluginmanager.register(NothingGraded(record))
            return
        chosen = Selection(races=read_option(config, "races") != "never").choose(assignment)
        gradings = open_gradings(assignment, read_grading_options(config))
    except MISUSES as problem:
        raise usage_error(problem) from problem
    hooks = Hooks(gradings, chosen or None)
    for plugin in (hooks, fixtures, Summary(hooks, record)):
        config.pluginmanager.register(plugin)


def _refuse_many_processes(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or config.getoption("numprocesses", None):
        raise pytest.UsageError("a submission is graded in one process: leave out -n")


def _record_path(config: pytest.Config) -> Path | None:
    path: Path | None = read_option(config, "grade_json")
    if path is None:
        return None
    path = config.invocation_params.dir / path
    if why := why_not_over(path):
        raise pytest.UsageError(f"--grade-json {path}: {why}")
    try:
        require_places([OutputFile(path, b"", named=True)])
    except OSError as error:
        raise pytest.UsageError(
            f"--grade-json {path}: cannot be written: {error.strerror}"
        ) from error
    return path
