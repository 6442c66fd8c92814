"""One grading from its opening to its grade: the submission, its room, the check of the moment."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from grader.allowance import Allowance
from grader.assignment import AssignmentError
from grader.box.outcome import ExportMissing, SubmissionRaised, WorkerLost
from grader.grade import Grade, Handed, Verdict
from grader.handin import Source, Unreadable, WrongUse, load_handin
from grader.late import format_exactly, format_time
from grader.libraries import libraries_of
from grader.plugin.attendant import Attendant
from grader.plugin.familiar import make_familiar
from grader.plugin.handed import describe_stop, freshen, load_source
from grader.plugin.hidden import without_details
from grader.plugin.machine import find_versions, require_data, require_device
from grader.plugin.suite import load_suite
from grader.plugin.tally import Tally
from grader.plugin.trial import Trial
from grader.plugin.verdicts import Judge
from grader.seed import SecretError, choose_seed
from grader.submission import (
    Submission,
    begin_check,
    end_check,
    last_call,
    load_report,
    prints,
    why_undefined,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.assignment import Assignment
    from grader.grade import CheckResult
    from grader.late import Late
    from grader.plugin.suite import Check
    from grader.plugin.terms import Terms
    from grader.plugin.trial import Finding
    from grader.race.stable import Stable
    from grader.room import Room
    from grader.submission import Call

WRONG_USE = (AssignmentError, WrongUse, SecretError)
"""What opening a grading raises when it cannot be done as asked: no grade, exit code 2."""


class Grading:
    """One submission being graded. Opening it raises one of `WRONG_USE`."""

    def __init__(
        self,
        assignment: Assignment,
        terms: Terms,
        *,
        room: Room | None = None,
        stable: Stable | None = None,
        on_check: Callable[[CheckResult], None] | None = None,
    ) -> None:
        self.assignment, self.stable, self.on_check = assignment, stable, on_check
        self.suite = load_suite(assignment)
        self.source = load_source(assignment, terms)
        seed = choose_seed(assignment, terms.seed)
        self.seed = freshen(seed, self.source, self.suite) if assignment.fresh else seed
        require_device(terms.device)
        self.terms = replace(terms, data=require_data(terms.data))
        self.tally = Tally(self.suite, dict(assignment.points))
        self.trial: Trial | None = None
        self.notices: list[str] = []
        self.familiar = make_familiar(assignment.public)
        self.allowance = Allowance(assignment.limits.submission_seconds)
        self._given, self._attendant = room, None if room else self._call_attendant()
        self._began, self._started_at = time.monotonic(), format_time(datetime.now(UTC))

    @property
    def unreadable(self) -> Unreadable | None:
        """Why there is nothing to run, if what was handed in cannot be read."""
        return self.source if isinstance(self.source, Unreadable) else None

    @property
    def room(self) -> Room:
        """The room, once it is ready; raises Refused."""
        return self._given or self._attendant.room()  # type: ignore[union-attr]  # one of them is there

    def wait(self) -> None:
        """Wait until the room is ready; raises Refused."""
        if self._attendant is not None:
            self._attendant.room()

    @cached_property
    def submission(self) -> Submission:
        """What was handed in, behind the wall."""
        assert isinstance(self.source, Source)
        role = self.terms.role
        return Submission(
            self.room, self.source, self.assignment, role=role, allowance=self.allowance
        )

    @cached_property
    def reference(self) -> Submission | None:
        """The submission that earns every point, where this copy has it."""
        path = self.assignment.reference
        if path is None or not path.is_file():
            return None
        source = load_handin(path, (path.name,))
        if isinstance(source, Unreadable):
            raise AssignmentError(f"the reference: {source.sentence}")
        apart = self.allowance.apart
        return Submission(self.room, source, self.assignment, role="reference", apart=apart)

    @cached_property
    def judge(self) -> Judge:
        """Who says whose fault a failure is."""
        return Judge(
            self.suite,
            self.assignment,
            self._module,
            self._is_references,
            self._prints,
            lambda name: why_undefined(self.submission, name),
            self.familiar,
        )

    def begin(self, check: Check) -> Trial:
        """Begin one run of a check, with fresh workers."""
        for one in self._submissions():
            begin_check(one, self.seed.for_check(f"calls of {check.name}"))
        self.trial = Trial(check, self._last_call)
        return self.trial

    def require_time(self, check: Check) -> None:
        """Raise WorkerLost if nothing is left of the submission's time; a race has its own."""
        if check.name not in self.assignment.speed and self.allowance.left() <= 0:
            raise WorkerLost(self.allowance.used_up())

    def end_workers(self) -> None:
        """End the workers of the run, with all their descendants."""
        for one in self._submissions():
            end_check(one)

    def settle(self, check: Check, finding: Finding) -> Finding:
        """Keep what a run came to; return what may be shown of it."""
        if check.hidden and not self.terms.instructor:
            finding = without_details(finding)
        elif self.terms.role == "reference" and finding.verdict is not Verdict.grader_error:
            finding = replace(finding, message=f"{finding.place}: {finding.message}")
        self.tally.add(check.name, finding)
        return finding

    def finish(self, check: Check) -> None:
        """Say that all runs of a check are over."""
        self.trial = None
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
            device=self.terms.device,
            seed_fingerprint=self.seed.fingerprint,
            started_at=self._started_at,
            seconds=round(time.monotonic() - self._began, 3),
            seed=self.seed.value if self.terms.instructor else None,
            versions=find_versions(assignment.limits.threads),
            notices=(
                *getattr(source, "notices", ()),
                *self._load_notices(),
                *public,
                *self.notices,
            ),
            submitted_at=format_exactly(came) if (came := self.terms.submitted_at) else None,
            late=self._late(),
        )

    def close(self) -> None:
        """End every worker, and the room if it was opened for this grading."""
        self.end_workers()
        if self._attendant is not None:
            self._attendant.close()

    def _call_attendant(self) -> Attendant | None:
        if isinstance(self.source, Unreadable):
            return None
        libraries, hash_seed = libraries_of(self.source), self.seed.for_check("hashes")
        return Attendant(self.assignment, self.terms, libraries, hash_seed)

    def _submissions(self) -> list[Submission]:
        made = (self.__dict__.get(name) for name in ("submission", "reference"))
        return [one for one in made if one is not None]

    @property
    def _module(self) -> str | None:
        stem, _, kind = self.source.name.rpartition(".")
        return stem if kind == "py" and stem.isidentifier() else None

    def _last_call(self) -> Call | None:
        return last_call(self.submission) if "submission" in self.__dict__ else None

    def _prints(self) -> str:
        return prints(self.submission) if "submission" in self.__dict__ else ""

    def _load_notices(self) -> list[str]:
        """Say which statements stopped when the submission was loaded: names may be missing."""
        report = load_report(self.submission) if "submission" in self.__dict__ else None
        if report is None:
            return []
        name, stopped = self.source.name, report.report.failed[:5]
        return [self.familiar(describe_stop(name, failed)) for failed in stopped]

    def _is_references(self, error: BaseException) -> bool:
        reference = self.__dict__.get("reference")
        if reference is None:
            return False
        if isinstance(error, (SubmissionRaised, WorkerLost)):
            call = last_call(reference)
            return call is not None and call.outcome is error.outcome
        if isinstance(error, ExportMissing):
            report = load_report(reference)
            return report is not None and not all(report.exports.values())
        return False

    def _isolation(self) -> str:
        place = self._given or self._attendant
        return place.level if place else "none"

    def _late(self) -> Late | None:
        policy, came = self.assignment.late, self.terms.submitted_at
        return policy.judge(came, self.terms.deadline) if policy and came else None
