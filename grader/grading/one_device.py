"""One submission graded on one device: its sandbox, the run of the moment, and its grade."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from grader.assignment.folder import AssignmentError
from grader.assignment.seed import SecretError, choose_seed
from grader.assignment.suite import load_suite
from grader.grade.late import format_exactly, format_time
from grader.grade.result import Grade, Handed, Verdict
from grader.grading.author_paths import make_familiar
from grader.grading.data_hash import data_versions
from grader.grading.draw_cache import open_draw_cache
from grader.grading.handed import freshen, load_source
from grader.grading.handout import path_of_public
from grader.grading.hidden import without_details
from grader.grading.machine import require_data, require_device, require_level
from grader.grading.roles import Roles
from grader.grading.sandbox_future import SandboxFuture
from grader.grading.tally import Tally
from grader.grading.verdicts import Judge
from grader.grading.versions import find_versions
from grader.sandbox.outcome import WorkerLostError
from grader.source.handin import MisuseError, Source, Unreadable
from grader.submission.allowance import Allowance
from grader.submission.gaps import describe_stand_ins, describe_stops
from grader.submission.hangs import Pace
from grader.text import clean_ends

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.assignment.check import Check
    from grader.assignment.folder import Assignment
    from grader.grade.late import Late
    from grader.grade.result import CheckResult
    from grader.grading.check_run import CheckRun, Finding
    from grader.grading.draw_cache import DrawCache
    from grader.grading.options import GradingOptions
    from grader.sandbox.opened import Sandbox
    from grader.submission.client import Submission

MISUSES = (AssignmentError, MisuseError, SecretError)
"""What opening a grading raises when it cannot be done as asked: no grade, exit code 2."""


class Grading:
    """One submission being graded. Opening it raises one of `MISUSES`.

    Give its `source`, where somebody has read it, and a `sandbox` that serves several.
    """

    def __init__(
        self,
        assignment: Assignment,
        options: GradingOptions,
        *,
        source: Source | Unreadable | None = None,
        sandbox: Sandbox | None = None,
        on_check: Callable[[CheckResult], None] | None = None,
    ) -> None:
        self.assignment, self.on_check = assignment, on_check
        self.suite, self._data = load_suite(assignment), data_versions(assignment)
        self.source = source or load_source(assignment, options)
        seed = choose_seed(assignment, options.seed)
        self._hash_seed = seed.for_check("hashes")
        self.seed = freshen(seed, self.source, self.suite) if assignment.fresh else seed
        require_device(options.device)
        require_level(options.isolation)
        self.options = replace(options, data=require_data(options.data))
        self.tally = Tally(self.suite, dict(assignment.points))
        self.notices: list[str] = []
        self.familiar = make_familiar(*_given(assignment))
        self._public = path_of_public(assignment)  # now: a suite runs in the assignment's folder
        self.allowance = Allowance(assignment.limits.submission_seconds)
        self._reference_pace = Pace(assignment.limits.call_seconds, patient=True)
        self.pace = Pace(
            assignment.limits.call_seconds,
            patient=options.patient,
            other=self._reference_pace,
            before=options.hangs,
            order=[check.name for check in self.suite.checks],
        )
        self._given, self._future = sandbox, None if sandbox else self._prepare_sandbox()
        self.roles = Roles(
            *(assignment, self.source, lambda: self.sandbox, self.allowance),
            role=self.options.role,
            paces=(self.pace, self._reference_pace),
            seed_for=self.seed.for_check,
            tell=self._tell_instructor,
        )
        self._began, self._started_at = time.monotonic(), format_time(datetime.now(UTC))

    @property
    def unreadable(self) -> Unreadable | None:
        """Why there is nothing to run, if what was handed in cannot be read."""
        return self.source if isinstance(self.source, Unreadable) else None

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox, once it is ready; raises IsolationError."""
        return self._given or self._future.sandbox()  # type: ignore[union-attr]  # one of them is there

    def wait(self) -> None:
        """Wait until the sandbox is ready; raises IsolationError."""
        if self._future is not None:
            self._future.sandbox()

    @property
    def submission(self) -> Submission:
        """What was handed in, behind the wall."""
        return self.roles.submission

    @property
    def reference(self) -> Submission | None:
        """The submission that earns every point, where this copy has it."""
        return self.roles.reference

    @property
    def check_run(self) -> CheckRun | None:
        """The run of a check that is under way."""
        return self.roles.check_run

    @check_run.setter
    def check_run(self, run: CheckRun | None) -> None:
        self.roles.check_run = run

    @cached_property
    def judge(self) -> Judge:
        """Who says whose fault a failure is."""
        stem, _, kind = self.source.name.rpartition(".")
        module = stem if kind == "py" and stem.isidentifier() else None
        return Judge(self.suite, self.assignment, module, self._public, self.familiar)

    @cached_property
    def draws(self) -> DrawCache | None:
        """Where it is kept what checks draw; nowhere if each submission is asked its own."""
        about, options = self.assignment, self.options
        if about.fresh:
            return None
        return open_draw_cache(about, self.sandbox, self.seed, options.device, options.share)

    def begin(self, check: Check) -> CheckRun:
        """Begin one run of a check, with fresh workers."""
        self.pace.begin(check.name)
        return self.roles.begin(check)

    def require_time(self, check: Check) -> None:
        """Raise WorkerLostError if the submission's time is used up; what times it has its own."""
        if check.name not in self.suite.timed and self.allowance.left() <= 0:
            raise WorkerLostError(self.allowance.used_up())

    def end_workers(self) -> None:
        """End the workers of the run, with all their descendants."""
        self.roles.end()

    def settle(self, check: Check, finding: Finding) -> Finding:
        """Keep what a run came to; return what may be shown of it."""
        if check.hidden and not self.options.instructor:
            finding = without_details(finding)
        elif self.options.role == "reference" and finding.verdict is not Verdict.grader_error:
            finding = replace(finding, message=f"{finding.place}: {finding.message}")
        self.tally.add(check.name, finding)
        return finding

    def finish(self, check: Check) -> None:
        """Say that all runs of a check are over."""
        self.check_run = None
        if self.on_check is not None and self.tally.has(check.name):
            self.on_check(self.tally.result(check))

    def grade(self) -> Grade:
        """Return the grade as it stands; checks that have not run are `not_run`."""
        assignment, source = self.assignment, self.source
        public = ["graded with the public seed"] if self.seed.origin == "public" else []
        return Grade(
            assignment=assignment.name,
            title=assignment.title,
            version=assignment.version,
            submission=Handed(source.name, source.sha256),
            checks=self.tally.results(),
            isolation=self._isolation(),
            device=self.options.device,
            seed_fingerprint=self.seed.fingerprint,
            started_at=self._started_at,
            seconds=round(time.monotonic() - self._began, 3),
            seed=self.seed.value if self.options.instructor else None,
            versions=find_versions(assignment.limits.threads) | self._data,
            notices=(
                *getattr(source, "notices", ()),
                *self._load_notices(),
                *public,
                *self.notices,
            ),
            submitted_at=format_exactly(came) if (came := self.options.submitted_at) else None,
            late=self._late(),
            hangs=self.pace.hangs(),
        )

    def close(self) -> None:
        """End every worker, and the sandbox if it was opened for this grading."""
        try:
            self.end_workers()
        finally:
            if self._future is not None:
                self._future.close()

    def _tell_instructor(self, said: str) -> None:
        if self.options.instructor and self.check_run is not None:
            told = f"{self.check_run.check.name}: {clean_ends(said, 400)}"
            self.notices += [told] if told not in self.notices else []

    def _prepare_sandbox(self) -> SandboxFuture | None:
        if isinstance(self.source, Unreadable):
            return None
        return SandboxFuture(self.assignment, self.options, self._hash_seed)

    def _load_notices(self) -> list[str]:
        """Say which statements stopped when the submission was loaded: names may be missing."""
        client = self.roles.clients.get("submission")
        report = client.loader.report if client else None
        if report is None:
            return []
        ran = report.report
        told = describe_stops(self.source.name, ran) + describe_stand_ins(ran)
        return [self.familiar(clean_ends(words, 400)) for words in told]

    def _isolation(self) -> str:
        place = self._given or self._future
        return place.level if place else "none"

    def _late(self) -> Late | None:
        policy, came = self.assignment.late, self.options.submitted_at
        return policy.judge(came, self.options.deadline) if policy and came else None


def _given(assignment: Assignment) -> list[Path]:
    """Return the folders whose files a student knows by their paths in them."""
    held = assignment.public_data
    return [assignment.public, *([held.folder.parent] if held else [])]
