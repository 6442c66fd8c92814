"""What one `grader run` does, from the words of its command line to its exit code."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.assignment.folder import Assignment, load_assignment
from grader.assignment.suite import load_suite
from grader.cli.console import ConsoleReporter
from grader.cli.foresight import blamed_on_json, targets_of
from grader.cli.replay import (
    checks_to_repeat,
    describe_circumstances,
    find_differences,
    load_replay,
    options_of,
    require_same,
)
from grader.grade.late import parse_time
from grader.grading.devices import open_gradings
from grader.grading.hidden import point_at_faults
from grader.grading.one_device import MISUSES
from grader.grading.selection import Selection
from grader.plugin.session import GradingInterrupt, run_checks
from grader.reports import ReportError, write
from grader.reports.gradebook import name_of
from grader.reports.record import write_grade
from grader.reports.registry import find_format
from grader.sandbox import GpuUnusableError, IsolationError
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from grader.grade.result import Grade
    from grader.grading.devices import Gradings
    from grader.grading.options import GradingOptions

GRADED, DIFFERENT, MISUSED, WITHHELD, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True)
class RunCommand:
    """One run of the command; `record` is where the grade goes, `selection` the checks to run.

    `deliver` prints where reports went, and what GitHub Actions is to obey.
    """

    assignment: str
    options: GradingOptions
    record: Path | None = None
    selection: Selection = field(default_factory=Selection)
    targets: Sequence[str] = ()
    replay: Path | None = None
    everything: bool = False
    deliver: Callable[[str], object] = print

    def run(self) -> int:
        """Grade and tell; return the exit code."""
        account = ConsoleReporter(everything=self.everything)
        try:
            return account.output.exit_code(self._grade(account), account.complain)
        except (*MISUSES, ReportError) as problem:
            account.complain(str(problem))
            return MISUSED
        except GpuUnusableError as unusable:
            account.complain(f"--device cuda: {unusable}")
            return MISUSED
        except (IsolationError, RuntimeError) as refused:
            account.complain(f"no grade: {refused}")
            return WITHHELD
        except KeyboardInterrupt as interrupted:
            if isinstance(interrupted, GradingInterrupt):
                self._tell(account, interrupted.grade)
            account.tell("interrupted", style="red")
            return INTERRUPTED

    def _grade(self, account: ConsoleReporter) -> int:
        assignment = load_assignment(self.assignment)
        only = self.selection.choose(assignment)
        if self.replay is not None:
            return self._repeat(account, assignment, load_replay(self.replay), only)
        grade = self._run(account, assignment, self.options, only)
        self._tell(account, grade)
        self._deliver(account, grade, assignment)
        return WITHHELD if grade.status == "withheld" else GRADED

    def _repeat(
        self,
        account: ConsoleReporter,
        assignment: Assignment,
        before: Grade,
        chosen: Collection[str],
    ) -> int:
        """Grade again under the options of a grade; at another level where its own is not here."""
        named = bool(self.selection.only)
        options, only = (
            options_of(before, self.options),
            checks_to_repeat(before, chosen, named=named),
        )
        try:
            grade = self._run(account, assignment, options, only, before)
        except IsolationError:
            if self.options.isolation is not None or options.isolation is None:
                raise
            options = replace(options, isolation=None)
            grade = self._run(account, assignment, options, only, before)
        self._tell(account, grade)
        self._deliver(account, grade, assignment)
        timed = load_suite(assignment).timed
        found = find_differences(before, grade, only if chosen else (), timed)
        return _tell_replay(account, list(found), describe_circumstances(before, grade))

    def _run(
        self,
        account: ConsoleReporter,
        assignment: Assignment,
        options: GradingOptions,
        only: Collection[str],
        before: Grade | None = None,
    ) -> Grade:
        options = replace(options, pictures=self._shows_pictures, checkout=self._is_checkout)
        gradings = open_gradings(assignment, options, account.tell_check)
        try:
            grading = gradings.first
            if before is not None:
                require_same(before, grading.source.sha256, grading.seed.fingerprint)
            names = tuple(only or (check.name for check in grading.suite.checks))
            devices = tuple(gradings.by_device)
            with account.progress(assignment.title, grading.source.name, names, devices):
                return _run_at_home(gradings, only)
        finally:
            gradings.close()

    @property
    def _targets(self) -> list[str]:
        return targets_of(self.targets)

    @property
    def _shows_pictures(self) -> bool:
        """Whether something comes of this run that a browser can show, now or later."""
        return self.record is not None or any(
            find_format(target).has_pictures for target in self._targets
        )

    @property
    def _is_checkout(self) -> bool:
        """Whether the folder to grade is a student's repository, as Classroom 50 gives one."""
        path = self.options.submission
        return "classroom50" in self._targets and path is not None and path.is_dir()

    def _tell(self, account: ConsoleReporter, grade: Grade) -> None:
        """Keep a grade, and tell it: that may wait for a reader, and be interrupted by one."""
        try:
            if self.record is not None:
                self._keep(grade, self.record)
        finally:
            account.tell_grade(grade)
        for line in [] if self.options.instructor else point_at_faults(grade.checks):
            account.tell(line, style="yellow")
        if self.record is not None:
            account.tell(f"written to {self.record}", style="bright_black")

    def _deliver(self, account: ConsoleReporter, grade: Grade, assignment: Assignment) -> None:
        """Report to the targets; what was interrupted is not, since a service takes all it gets."""
        if not self._targets:
            return
        if not self.targets:
            account.tell(f"the environment asks for {', '.join(self._targets)}")
        told = write(
            grade,
            self._targets,
            os.environ,
            Path.cwd(),
            assignment=assignment,
            instructor=self.options.instructor,
            student=self._student(assignment),
        )
        for line in told:
            self.deliver(line)

    def _student(self, assignment: Assignment) -> str:
        """Whose the submission is, by what its file or folder is called, where one was named."""
        path = self.options.submission
        return name_of(path, assignment.accepts) if path else ""

    def _keep(self, grade: Grade, record: Path) -> None:
        with blamed_on_json(record):
            write_grade(grade, record.absolute(), instructor=self.options.instructor)


def _run_at_home(gradings: Gradings, only: Collection[str]) -> Grade:
    """Run the checks in the assignment's folder: libraries read settings where they are started.

    The way back is held open, so that no grade is lost where the folder is renamed or removed.
    """
    came_from = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.chdir(gradings.first.assignment.folder)
        return run_checks(gradings, only or None)
    finally:
        os.fchdir(came_from)
        os.close(came_from)


def read_time(text: str | None, option: str) -> datetime | None:
    """Read a time from the command line; raises click's own complaint about it."""
    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from error


def _tell_replay(
    account: ConsoleReporter, differences: Collection[str], circumstances: Iterable[str]
) -> int:
    for line in (*differences, *circumstances):
        account.tell(clean_line(line, 1000), style="yellow")
    account.tell("came out differently" if differences else "came out the same", style="bold")
    return DIFFERENT if differences else GRADED
