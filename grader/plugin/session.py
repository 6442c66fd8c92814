"""Grade one submission by running pytest in this process, any number of times.

The same hooks as under `pytest assignments/hw2`, but with none of the plug-ins,
configuration files and conftest.py modules that happen to lie about: a grade must not
depend on them, and a student may have put them there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.assignment.nearest import did_you_mean
from grader.grade.result import Verdict
from grader.grading.devices import Gradings, open_gradings
from grader.grading.module_cache import forget_namesakes
from grader.grading.options import GradingOptions
from grader.plugin import fixtures
from grader.plugin.hooks import Hooks
from grader.plugin.order import in_order
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from grader.assignment.folder import Assignment
    from grader.grade.result import CheckResult, Grade
    from grader.grading.one_device import Grading
    from grader.sandbox.opened import Sandbox

_WITHOUT = (
    *("terminal", "terminalprogress", "capture", "cacheprovider", "doctest", "unittest"),
    *("debugging", "pastebin", "junitxml", "stepwise", "unraisableexception", "threadexception"),
    *("faulthandler", "subtests", "logging", "legacypath", "setuponly", "setupplan", "recwarn"),
    *("tmpdir",),
)
_NO_FILE = os.devnull


class GradingInterrupt(KeyboardInterrupt):
    """Grading was interrupted; `grade` holds what had run."""

    def __init__(self, grade: Grade) -> None:
        super().__init__("grading was interrupted")
        self.grade = grade


def grade_submission(
    assignment: Assignment,
    path: str | Path | None = None,
    *,
    options: GradingOptions | None = None,
    sandbox: Sandbox | None = None,
    select: Collection[str] | None = None,
    on_check: Callable[..., None] | None = None,
) -> Grade:
    """Grade one submission; `select` names the checks to run.

    `on_check` hears of each result, and where two devices are graded of its `device` by that name;
    what it raises ends the grading, and is raised here. Give a `sandbox` to use it for many
    submissions.

    Raises one of `one_device.MISUSES` when there is nothing to grade, IsolationError when the
    isolation asked for is not to be had, and GradingInterrupt, with the grade so far, on Ctrl-C.
    """
    options = options or GradingOptions()
    if path == "":
        raise MisuseError("the path is empty: is a variable not set?")
    if path is not None:
        options = replace(options, submission=Path(path))
    if select is not None:
        select = _require_checks(assignment, select)
    listener = _Listener(on_check) if on_check else None
    gradings = open_gradings(assignment, options, listener, sandbox=sandbox)
    grade = run_checks(gradings, select)
    if listener and listener.raised:
        raise listener.raised
    return grade


def _require_checks(assignment: Assignment, select: Collection[str]) -> set[str]:
    """Return the names of some checks, or of one; raises MisuseError for one that there is not."""
    names = {select} if isinstance(select, str) else set(select)
    if not names:
        raise MisuseError("select names no check: leave it out to run all")
    for name in sorted(names - assignment.points.keys()):
        hint = did_you_mean(name, assignment.points)
        raise MisuseError(f"select: {assignment.name} has no check {name}{hint}")
    return names


@dataclass
class _Listener:
    """Tells whoever listens; what they raise ends the session, and is no fault of pytest's."""

    listen: Callable[..., None]
    raised: BaseException | None = None

    def __call__(self, check: CheckResult, **more: str) -> None:
        try:
            self.listen(check, **more)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - raised again in the end
            self.raised = error
            pytest.exit("whoever listens raised an exception")


def run_checks(gradings: Gradings, select: Collection[str] | None = None) -> Grade:
    """Run the checks of opened gradings, close them, and return the grade they come to."""
    hooks = Hooks(gradings, select)
    grading = gradings.first
    forget_namesakes(grading.assignment.folder)
    try:
        code = pytest.main(_arguments(grading), plugins=[hooks, fixtures])
    except KeyboardInterrupt:  # the grade was made, and the end of its workers was interrupted
        if hooks.grade is None:
            raise
        raise GradingInterrupt(hooks.grade) from None
    if problem := hooks.problem or hooks.faults.problem:
        raise problem
    if hooks.grade is None or code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"pytest could not run the suite: {pytest.ExitCode(code).name}")
    if hooks.interrupted:
        raise GradingInterrupt(hooks.grade)
    return hooks.grade


@dataclass(frozen=True)
class CollectedSuite:
    """A suite that is collected, in a process that then grades by it, or forks others that do.

    `run` grades one submission, once in a process: the fixtures of a session are its submission's.
    """

    session: pytest.Session
    hooks: Hooks

    def run(
        self, gradings: Gradings, select: Sequence[str] = (), *, until_lost: bool = False
    ) -> Grade:
        """Run the checks of opened gradings, and return the grade.

        All are run in the suite's order, or those that are selected in the order of `select`, but
        each after what it needs; and `until_lost` no further than the first that is lost.
        """
        hooks = self.hooks
        hooks.take(self.session, gradings)
        wanted = select or hooks.checks
        found = [i for i in self.session.items if (c := hooks.check_of(i)) and c.name in wanted]
        chosen = in_order(found, hooks.check_of, gradings.first.assignment.needs, wanted)
        for item, following in zip(chosen, [*chosen[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if until_lost and any(grading.tally.has_lost() for grading in gradings):
                break
        return hooks.make_grade()


def with_suite(gradings: Gradings, serve: Callable[[CollectedSuite], None]) -> None:
    """Collect the suite of opened gradings, and call `serve` with it in place of running it.

    Raises RuntimeError, which says what is wrong with the suite, where no check of it can be run.
    """
    hooks = Hooks(gradings)
    forget_namesakes(gradings.first.assignment.folder)
    plugins = [hooks, fixtures, _InPlaceOfRunning(hooks, serve)]
    code = pytest.main(_arguments(gradings.first), plugins=plugins)
    if problem := hooks.problem or hooks.faults.problem:
        raise problem
    faults = [c.message for c in gradings.grade().checks if c.verdict is Verdict.grader_error]
    if faults:
        raise RuntimeError(faults[0])
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"pytest could not run the suite: {pytest.ExitCode(code).name}")


@dataclass(frozen=True)
class _InPlaceOfRunning:
    """Serves; what fails there is a problem of the session's, and not pytest's."""

    hooks: Hooks
    serve: Callable[[CollectedSuite], None]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Hand over the suite, unless some of it could not be collected."""
        if session.testsfailed:
            return None
        try:
            self.serve(CollectedSuite(session, self.hooks))
        except Exception as problem:  # noqa: BLE001 - raised again when pytest has ended
            self.hooks.problem = problem
        return True


def _arguments(grading: Grading) -> list[str]:
    without = [part for name in _WITHOUT for part in ("-p", f"no:{name}")]
    folder = str(grading.assignment.folder)
    alone = ["--disable-plugin-autoload", "--noconftest", "-c", _NO_FILE]
    alone += ["--rootdir", folder, "--confcutdir", folder]
    paths = [str(path) for path in grading.suite.paths]
    return [*without, *alone, "--import-mode=importlib", *paths]
