"""Grade one submission by running pytest in this process, any number of times.

The same hooks as under `pytest assignments/hw2`, but with none of the plug-ins,
configuration files and conftest.py modules that happen to lie about: a grade must not
depend on them, and a student may have put them there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.plugin import fixtures
from grader.plugin.devices import Gradings, open_gradings
from grader.plugin.hooks import Hooks
from grader.plugin.namesakes import forget_namesakes
from grader.plugin.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from grader.assignment import Assignment
    from grader.grade import Grade
    from grader.plugin.grading import Grading
    from grader.race.stable import Stable
    from grader.room import Room

_WITHOUT = (
    *("terminal", "terminalprogress", "capture", "cacheprovider", "doctest", "unittest"),
    *("debugging", "pastebin", "junitxml", "stepwise", "unraisableexception", "threadexception"),
    *("faulthandler", "subtests", "logging", "legacypath", "setuponly", "setupplan", "recwarn"),
    *("tmpdir",),
)
_NO_FILE = "/dev/null"


class Interrupted(KeyboardInterrupt):
    """Grading was interrupted; `grade` holds what had run."""

    def __init__(self, grade: Grade) -> None:
        super().__init__("grading was interrupted")
        self.grade = grade


def grade_submission(
    assignment: Assignment,
    path: Path | None = None,
    *,
    terms: Terms | None = None,
    room: Room | None = None,
    stable: Stable | None = None,
    select: Collection[str] | None = None,
    on_check: Callable[..., None] | None = None,
) -> Grade:
    """Grade one submission; `select` names the checks to run.

    `on_check` hears of each result, and where two devices are graded of its `device` by that name.
    Give a `room`, and a `stable` of rooms for races, to use them for many submissions.
    Raises one of `grading.WRONG_USE` when there is nothing to grade, Refused when the isolation
    asked for is not to be had, and Interrupted, with the grade so far, on Ctrl-C.
    """
    terms = terms or Terms()
    if path is not None:
        terms = replace(terms, submission=path)
    gradings = open_gradings(assignment, terms, on_check, room=room, stable=stable)
    return run_checks(gradings, select)


def run_checks(gradings: Gradings, select: Collection[str] | None = None) -> Grade:
    """Run the checks of opened gradings, close them, and return the grade they come to."""
    hooks = Hooks(gradings, select)
    grading = gradings.first
    forget_namesakes(grading.assignment.folder)
    code = pytest.main(_arguments(grading), plugins=[hooks, fixtures])
    if problem := hooks.problem or hooks.faults.problem:
        raise problem
    if hooks.grade is None or code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"pytest could not run the suite: {pytest.ExitCode(code).name}")
    if hooks.interrupted:
        raise Interrupted(hooks.grade)
    return hooks.grade


def _arguments(grading: Grading) -> list[str]:
    without = [part for name in _WITHOUT for part in ("-p", f"no:{name}")]
    folder = str(grading.assignment.folder)
    alone = ["--disable-plugin-autoload", "--noconftest", "-c", _NO_FILE]
    alone += ["--rootdir", folder, "--confcutdir", folder]
    paths = [str(path) for path in grading.suite.paths]
    return [*without, *alone, "--import-mode=importlib", *paths]
