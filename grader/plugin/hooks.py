"""The hooks that grade: registered with pytest only when an assignment is collected."""

from __future__ import annotations

import random
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from grader.box import GpuUnusable
from grader.box.outcome import ExportMissing
from grader.grade import NOT_REACHED, Verdict
from grader.plugin.counterexample import Comparison
from grader.plugin.fixtures import GRADING
from grader.plugin.pictures import illustrate
from grader.plugin.profile import prepared, profile, storage
from grader.plugin.trial import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from grader.grade import Grade
    from grader.plugin.grading import Grading
    from grader.plugin.suite import Check


class Hooks:
    """Runs the checks of one grading, and turns what becomes of them into findings."""

    def __init__(self, grading: Grading, select: Collection[str] | None = None) -> None:
        self.grading, self.select = grading, select
        self.checks = {check.name: check for check in grading.suite.checks}
        self.paths = set(grading.suite.paths)
        self.grade: Grade | None = None
        self.problem: Exception | None = None
        self.interrupted = False
        self._stack = ExitStack()
        self._stack.enter_context(profile())
        self._stack.enter_context(storage())

    def pytest_configure(self, config: pytest.Config) -> None:
        """Put the grading where the fixtures find it."""
        config.stash[GRADING] = self.grading

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
        names = [check.name for item in items if (check := self.check_of(item))]
        self.grading.tally.expect(names)
        for argument in config.args:
            if "[" in (name := argument.rpartition("::")[2]):
                self.grading.tally.expect_more(name.partition("[")[0])
        if self.select is not None:
            items[:] = [i for i in items if (c := self.check_of(i)) and c.name in self.select]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Turn a suite that cannot be imported into a fault of the grader."""
        if report.failed:
            finding = Finding(
                Verdict.grader_error, f"the suite cannot be imported: {report.longrepr}"
            )
            for check in self.checks.values():
                self.grading.settle(check, finding)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Wait for the room before the first check; without it there is no grade."""
        if self.grading.unreadable or session.config.option.collectonly or not session.items:
            return
        try:
            self.grading.wait()
        except Exception as problem:  # noqa: BLE001 - whatever it is, nothing can be graded
            self.problem = problem
            unusable = isinstance(problem, GpuUnusable)
            pytest.exit(str(problem), returncode=pytest.ExitCode.USAGE_ERROR if unusable else 3)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Give each run of a check fresh workers, and end them with everything in them."""
        check = self.check_of(item)
        if check is None:
            return (yield)
        began = time.perf_counter()
        self.grading.begin(check)
        try:
            return (yield)
        finally:
            self.grading.end_workers()
            self.grading.tally.spend(check.name, time.perf_counter() - began)
            if nextitem is None or self.check_of(nextitem) is not check:
                self.grading.finish(check)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Seed a run, and watch what it does."""
        check, trial = self.check_of(pyfuncitem), self.grading.trial
        if check is None or trial is None:
            return (yield)
        if self.grading.unreadable:
            raise ExportMissing(self.grading.unreadable.sentence)
        if self.grading.tally.lost(check.name):
            pytest.skip("an earlier case of this check ended its worker")
        number = self.grading.seed.for_check(check.name)
        _seed_generators(number)
        with prepared(pyfuncitem.obj, number, trial.watch, self.grading.terms.share):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Judge a run, and have pytest show our words in place of a traceback."""
        report = yield
        check, trial = self.check_of(item), self.grading.trial
        if check is None or trial is None:
            return report
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, KeyboardInterrupt) or (error is None and call.when != "call"):
            return report
        self.grading.end_workers()
        if error is None:
            finding = self.grading.judge.passed(trial)
        else:
            trial.in_setup = call.when == "setup"
            finding = self.grading.judge.failed(error, trial, lambda: self._ask_reference(item))
        finding = self.grading.settle(check, finding)
        points = self.grading.assignment.points[check.name]
        item.user_properties += [
            ("points", f"{finding.credit * points:g}"),
            ("max_points", f"{points:g}"),
        ]
        if report.failed and finding.verdict is not Verdict.grader_error:
            report.longrepr = _explain(check, finding)
            report.sections.clear()
        return report

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> list[str] | None:
        """Keep both sides of a failing comparison, as they are."""
        trial = self.grading.trial
        if trial is None:
            return None
        trial.compared = Comparison(op, left, right)
        return [f"left {op} right"]

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Say of what was not reached why that is."""
        stopped = (pytest.Session.Interrupted, pytest.exit.Exception)
        if not isinstance(excinfo.value, stopped):
            self.interrupted = True
            self.grading.tally.why_not_run = NOT_REACHED
            self.grading.notices.append("interrupted: what had run is kept")

    def pytest_sessionfinish(self) -> None:
        """Make the grade, also when the session ended early."""
        if self.problem is None:
            self.grade = grade = self.grading.grade()
            if self.grading.terms.pictures and not self.interrupted:
                calls = self.grading.tally.lost_calls()
                self.grade = illustrate(grade, self.grading.assignment, calls)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Leave nothing behind: no worker, no room, no profile of Hypothesis."""
        self.grading.close()
        self._stack.close()

    def _ask_reference(self, item: pytest.Item) -> BaseException | None:
        """Run a check once more with the reference in the submission's place."""
        grading = self.grading
        if grading.reference is None or not isinstance(item, pytest.Function):
            return None
        swapped = {grading.submission: grading.reference}
        names = item._fixtureinfo.argnames  # noqa: SLF001 - pytest calls the function with these
        arguments = {n: _swap(item.funcargs[n], swapped) for n in names}
        trial, check = grading.trial, self.check_of(item)
        assert trial is not None
        assert check is not None
        second = grading.begin(check)
        number = grading.seed.for_check(check.name)
        _seed_generators(number)
        try:
            with prepared(item.obj, number, second.watch, grading.terms.share):
                item.obj(**arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the second opinion
            return error
        finally:
            grading.end_workers()
            grading.trial = trial
        return None


def _swap(value: Any, swapped: dict[Any, Any]) -> Any:  # noqa: ANN401 - any fixture's value
    return next((new for old, new in swapped.items() if value is old), value)


def _seed_generators(number: int) -> None:
    """Seed what a suite may draw from besides Hypothesis."""
    random.seed(number)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(number % 2**63)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(number % 2**32)


def _explain(check: Check, finding: Finding) -> str:
    parts = [check.sentence, f"{finding.verdict.words}: {finding.message}", finding.counterexample]
    return "\n\n".join(part for part in parts if part)
