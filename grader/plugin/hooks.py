"""The hooks that grade: registered with pytest only when an assignment is collected."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis.errors import Flaky

from grader.grade.result import NOT_REACHED, Verdict
from grader.grading.module_cache import note_modules, package_of
from grader.grading.pictures import illustrate
from grader.plugin.asking import ask
from grader.plugin.comparing import comparing
from grader.plugin.fixtures import GRADINGS
from grader.plugin.order import in_order, require_use
from grader.plugin.profile import profile, storage
from grader.plugin.second_opinion import judge_run
from grader.plugin.suite_faults import SuiteFaults, explain
from grader.sandbox import GpuUnusableError, IsolationError
from grader.submission.claims import Comparison

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from grader.assignment.check import Check
    from grader.grade.result import Grade
    from grader.grading.check_run import CheckRun, Finding
    from grader.grading.devices import Gradings
    from grader.grading.one_device import Grading


class Hooks:
    """Runs the checks of a grading on each device, and turns what comes of them into findings."""

    def __init__(self, gradings: Gradings, select: Collection[str] | None = None) -> None:
        self.gradings, self.select = gradings, select
        suite = gradings.first.suite
        self.checks = {check.name: check for check in suite.checks}
        self.paths = set(suite.paths)
        self.grade: Grade | None = None
        self.faults = SuiteFaults(gradings)
        self.problem: Exception | None = None
        self.interrupted = False
        self._stack = ExitStack()
        self._stack.enter_context(profile())
        self._stack.enter_context(storage())

    def take(self, session: pytest.Session, gradings: Gradings) -> None:
        """Grade another submission by the suite that a session has collected."""
        self.gradings = self.faults.gradings = gradings
        session.config.stash[GRADINGS] = gradings
        self._expect(session.items)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Put the gradings where the fixtures find them, and watch for faults of the suite.

        What a helper of the suite asserts is kept as what a check asserts is.
        """
        config.stash[GRADINGS] = self.gradings
        config.pluginmanager.register(self.faults)
        if not config.pluginmanager.has_plugin("terminal"):
            config.option.tbstyle = "no"  # nobody is shown pytest's tracebacks, and they are dear
        package = package_of(self.gradings.first.assignment.folder)
        if package not in sys.modules:
            pytest.register_assert_rewrite(package)

    @property
    def grading(self) -> Grading:
        """The grading whose check runs now."""
        return self.gradings.current

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run each check once on each device, where there are several."""
        devices = list(self.gradings.by_device)
        if len(devices) > 1 and "device" in metafunc.fixturenames:
            metafunc.parametrize("device", devices, indirect=True, scope="session")

    def check_of(self, item: pytest.Item) -> Check | None:
        """Return the check that an item is a run of, if it belongs to the suite."""
        if item.path not in self.paths or not isinstance(item, pytest.Function):
            return None
        return self.checks.get(item.originalname)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Note all cases of all checks before anything is deselected."""
        self._expect(items)
        for argument in config.args:
            if "[" in (name := argument.rpartition("::")[2]):
                for grading in self.gradings:
                    grading.tally.expect_more(name.partition("[")[0])
        if self.select is not None:
            chosen = [i for i in items if (c := self.check_of(i)) and c.name in self.select]
            if left_out := [item for item in items if item not in chosen]:
                config.hook.pytest_deselected(items=left_out)
            items[:] = chosen
        items[:] = in_order(items, self.check_of, self.gradings.first.assignment.needs, self.checks)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Wait for the sandboxes before the first check; without any there is no grade."""
        note_modules(self.grading.assignment.folder)
        if self.grading.unreadable or session.config.option.collectonly or not session.items:
            return
        for device, grading in list(self.gradings.by_device.items()):
            try:
                grading.wait()
            except Exception as problem:  # noqa: BLE001 - whatever it is, nothing can be graded
                if len(self.gradings.by_device) == 1 or not isinstance(problem, IsolationError):
                    self._give_up(problem)
                session.items[:] = [i for i in session.items if self._grading_of(i) is not grading]
                self.gradings.lose(device, str(problem))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Give each run of a check fresh workers, and end them with everything in them."""
        check = self.check_of(item)
        if check is None:
            return (yield)
        began = time.perf_counter()
        self.gradings.of_the_moment = self._grading_of(item)
        self.grading.begin(check)
        try:
            with self.grading.allowance.counted(), comparing(self._keep_comparison):
                return (yield)
        finally:
            self.grading.end_workers()
            self.grading.tally.spend(check.name, time.perf_counter() - began)
            if nextitem is None or not self._goes_on(nextitem, check):
                self.grading.finish(check)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Ask a check, in pytest's place; say that it was asked."""
        __tracebackhide__ = True
        check, run = self.check_of(pyfuncitem), self.grading.check_run
        if check is None or run is None:
            return None
        require_use(self.grading, run)
        ask(self.grading, pyfuncitem)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Judge a run, and have pytest show our words in place of a traceback."""
        report = yield
        check, run = self.check_of(item), self.grading.check_run
        if check is None or run is None:
            return report
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, KeyboardInterrupt) or (error is None and call.when != "call"):
            return report
        self.grading.end_workers()
        finding = self._judge(item, run, error, in_setup=call.when == "setup")
        if error is None:
            report.outcome = "passed" if finding.verdict is Verdict.passed else "failed"
        finding = self.grading.settle(check, finding)
        points = self.grading.assignment.points[check.name]
        item.user_properties += [
            ("points", f"{finding.credit * points:g}"),
            ("max_points", f"{points:g}"),
        ]
        if report.failed:
            report.longrepr = explain(check, finding, report)
            report.sections.clear()
        return report

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Say of what was not reached why that is."""
        stopped = (pytest.Session.Interrupted, pytest.exit.Exception)
        if not isinstance(excinfo.value, stopped):
            self.interrupted = True
            for grading in self.gradings:
                grading.tally.why_not_run = NOT_REACHED
            self.gradings.first.notices.append("interrupted: what had run is kept")

    def pytest_sessionfinish(self) -> None:
        """Make the grade, also when the session ended early."""
        if self.problem is None:
            self.grade = self.make_grade()

    def make_grade(self) -> Grade:
        """Return the grade as it stands, with pictures where they are wanted."""
        grade = self.gradings.grade()
        if not self.grading.options.pictures or self.interrupted:
            return grade
        calls = {k: v for g in self.gradings for k, v in g.tally.lost_calls().items()}
        return illustrate(grade, self.grading.assignment, calls)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Leave nothing behind: no worker, no sandbox, no profile of Hypothesis."""
        try:
            self.gradings.close()
        finally:
            self._stack.close()

    def _judge(
        self, item: pytest.Item, run: CheckRun, error: BaseException | None, *, in_setup: bool
    ) -> Finding:
        """Tell the run how pytest and Hypothesis ended it, and have it judged."""
        run.in_setup, run.is_flaky = in_setup, isinstance(error, Flaky)
        if isinstance(error, pytest.skip.Exception):
            run.skipped = str(error.msg or "skipped")
        if isinstance(error, pytest.fail.Exception):
            run.stated = str(error.msg)
        return judge_run(self.grading, item, run, error)

    def _expect(self, items: Collection[pytest.Item]) -> None:
        for item in items:
            if check := self.check_of(item):
                self._grading_of(item).tally.expect([check.name])

    def _keep_comparison(self, op: str, left: object, right: object) -> str:
        """Keep both sides of a failing comparison, as they are."""
        if (run := self.grading.check_run) is not None:
            run.compared = Comparison(op, left, right)
        return f"left {op} right"

    def _grading_of(self, item: pytest.Item) -> Grading:
        """Return the grading that an item is run for: that of its device."""
        device = item.callspec.params.get("device") if hasattr(item, "callspec") else None
        return self.gradings.by_device.get(str(device), self.gradings.first)

    def _goes_on(self, item: pytest.Item, check: Check) -> bool:
        return self.check_of(item) is check and self._grading_of(item) is self.grading

    def _give_up(self, problem: Exception) -> NoReturn:
        self.problem = problem
        unusable = isinstance(problem, GpuUnusableError)
        pytest.exit(str(problem), returncode=pytest.ExitCode.USAGE_ERROR if unusable else 3)
