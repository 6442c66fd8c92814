"""From whatever ended a check to its verdict.

Only an exception that our own code raised without the submission's help is a fault of
the grader. Whether an answer helped is found out by asking the reference the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis.errors import Flaky

from grader.grade.result import Decision, Verdict
from grader.grading.check_run import CheckRun, Failure, Finding
from grader.grading.counterexample import describe_failure, place_of, render_call
from grader.grading.debts import describe_debt
from grader.grading.faults import (
    describe_error,
    describe_fault,
    find_place,
    find_place_inside,
    is_never_an_answers,
)
from grader.grading.hidden import OURS
from grader.grading.measure import GraderFaultError, LessCreditError, NoDecisionError
from grader.grading.values import plain
from grader.sandbox import IsolationError, StartTimeoutError
from grader.sandbox.outcome import (
    Died,
    ExportMissingError,
    Raised,
    SubmissionRaisedError,
    TimedOut,
    WorkerLostError,
    describe_timeout,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.assignment.folder import Assignment
    from grader.assignment.suite import Suite
    from grader.submission.client import Call

_FLAKY = "it gave two answers to one input, or it depends on what it was asked before"
_UNDEFINED = re.compile(r"name '(\w{1,100})' is not defined")
_BUSY = "the machine is too busy to run this ({}): run it again, no points are lost"
_LINES_PRINTED = 5


@dataclass(frozen=True)
class Judge:
    """What is needed to tell whose fault a failure is, and to explain it."""

    suite: Suite
    assignment: Assignment
    module: str | None
    is_references: Callable[[BaseException], bool]
    prints: Callable[[], str]
    why_undefined: Callable[[str], str | None]
    familiar: Callable[[str], str]

    def passed(self, check_run: CheckRun) -> Finding:
        """Return the finding of a check that ended without an exception."""
        if debt := describe_debt(check_run, self.assignment):
            return Finding(Verdict.grader_error, plain(f"{OURS}: {debt}"))
        return Finding(
            Verdict.passed, credit=1.0, measured=check_run.measured, timing=check_run.timing
        )

    def failed(
        self,
        error: BaseException,
        check_run: CheckRun,
        second_opinion: Callable[[], BaseException | None],
    ) -> Finding:
        """Return the finding of a check that an exception ended.

        `second_opinion` runs the check once more with the reference in the submission's
        place and returns what that raised.
        """
        finding = self._found(error, check_run, second_opinion)
        return replace(finding, place=self._place(error, check_run))

    def _found(
        self,
        error: BaseException,
        check_run: CheckRun,
        second_opinion: Callable[[], BaseException | None],
    ) -> Finding:
        if isinstance(error, pytest.skip.Exception):
            return Finding(Verdict.not_run, plain(str(error.msg or "skipped")))
        if isinstance(error, NoDecisionError | StartTimeoutError):
            return self._undecided(error, check_run)
        if isinstance(error, GraderFaultError | IsolationError):
            return self._ours(error, check_run)
        if self.is_references(error):
            return self._references(error, check_run)
        if isinstance(error, WorkerLostError) and check_run.failure is not None:
            return self._found(check_run.failure.error, check_run, second_opinion)
        failure = check_run.failure or check_run.failed_with(error)
        return self._submissions_fault(error, failure, check_run) or self._unclear(
            error, failure, check_run, second_opinion
        )

    def _place(self, error: BaseException, check_run: CheckRun) -> str:
        """Where the reference stopped, if that is known, or else the check."""
        inner = find_place_inside(getattr(error, "outcome", None), self.assignment)
        return inner or find_place(error, self.assignment) or check_run.check.place

    def _ours(self, error: BaseException, check_run: CheckRun) -> Finding:
        told = describe_fault(error, self.assignment, check_run.check.place)
        return Finding(Verdict.grader_error, f"{OURS}: {told}")

    def _references(self, error: BaseException, check_run: CheckRun) -> Finding:
        """What it means that the reference ended a check: one that is late has a busy machine."""
        match error:
            case WorkerLostError(outcome=TimedOut(seconds, "wall")):
                late = f"the reference did not answer within {seconds:.3g} s"
                return Finding(Verdict.not_run, _BUSY.format(late))
            case SubmissionRaisedError(outcome=outcome) | WorkerLostError(outcome=outcome):
                said = _describe_end(outcome)[1]
            case _:
                said = plain(str(error))
        told = f"{self._place(error, check_run)}: the reference failed: {said}"
        return Finding(Verdict.grader_error, f"{OURS}: {told}")

    def _submissions_fault(
        self, error: BaseException, failure: Failure, check_run: CheckRun
    ) -> Finding | None:
        match error:
            case ExportMissingError():
                return Finding(Verdict.missing, self.familiar(plain(str(error))))
            case SubmissionRaisedError(outcome=outcome) | WorkerLostError(outcome=outcome):
                verdict, text = _describe_end(outcome)
                return self._lost(verdict, text + self._describe_lack(outcome), failure)
            case LessCreditError():
                return Finding(
                    Verdict.wrong,
                    plain(str(error)),
                    credit=error.credit,
                    measured=check_run.measured,
                    timing=check_run.timing,
                )
            case AssertionError() | pytest.fail.Exception() if self._is_suites(error, check_run):
                return self._lost(Verdict.wrong, self._wanted(error, failure), failure)
            case Flaky() if failure.call is not None:
                return self._lost(Verdict.wrong, _FLAKY, failure)
        return None

    def _wanted(self, error: BaseException, failure: Failure) -> str:
        if isinstance(error, pytest.fail.Exception):
            return plain(str(error.msg))
        answer = getattr(failure.call and failure.call.outcome, "value", None)
        return describe_failure(error, failure.compared, self.suite, answer)

    def _is_suites(self, error: BaseException, check_run: CheckRun) -> bool:
        """Whether a check asserted this, and not some library on its own account."""
        if check_run.in_setup:
            return False
        path = place_of(error)[0]
        ours = (str(self.assignment.folder), str(Path(__file__).parents[1]))
        return path.startswith(ours) or "testing" in Path(path).parts

    def _unclear(
        self,
        error: BaseException,
        failure: Failure,
        check_run: CheckRun,
        second_opinion: Callable[[], BaseException | None],
    ) -> Finding:
        if failure.call is None or is_never_an_answers(error) or second_opinion() is not None:
            return self._ours(error, check_run)
        said = describe_error(error)
        text = f"the check could not use what {failure.call.export} returned: {said}"
        return self._lost(Verdict.wrong, text, failure)

    def _undecided(
        self, error: NoDecisionError | StartTimeoutError, check_run: CheckRun
    ) -> Finding:
        if isinstance(error, StartTimeoutError):
            return Finding(Verdict.not_run, plain(_BUSY.format(error)))
        referred = check_run.timing is not None and check_run.timing.decision is Decision.referred
        verdict = Verdict.wrong if referred else Verdict.not_run
        return Finding(verdict, plain(str(error)), timing=check_run.timing)

    def _lost(self, verdict: Verdict, message: str, failure: Failure) -> Finding:
        message = self.familiar(message)
        printed = self.familiar(self.prints()).rstrip().splitlines()
        if printed:
            end = plain("\n  ".join(printed[-_LINES_PRINTED:]), 800)
            more = f" (the end of {len(printed)} lines)" if len(printed) > _LINES_PRINTED else ""
            message += f"\nit printed{more}:\n  {end}"
        call = failure.call and failure.call.without_answer()
        return Finding(verdict, message, self._call_text(failure.call), call=call)

    def _describe_lack(self, outcome: object) -> str:
        """Say why a global name that the submission missed was never defined, if it is known."""
        match outcome:
            case Raised(kind="NameError", message=message):
                found = _UNDEFINED.match(message)
                why = self.why_undefined(found[1]) if found else None
                return f"\n{plain(why, 600)}" if why else ""
        return ""

    def _call_text(self, call: Call | None) -> str | None:
        if call is None:
            return None
        names = self.suite.argument_names(call.export)
        return render_call(call.export, call.args, call.kwargs, names, self.module)


def _describe_end(outcome: Raised | TimedOut | Died) -> tuple[Verdict, str]:
    match outcome:
        case TimedOut():
            return Verdict.timed_out, plain(describe_timeout(outcome))
        case Died(reason, out_of_memory):
            verdict = Verdict.out_of_memory if out_of_memory else Verdict.died
            return verdict, plain(reason)
        case _:
            return Verdict.raised, _describe_raised(outcome)


def _describe_raised(raised: Raised) -> str:
    said = f"{raised.kind}: {raised.message}" if raised.message else raised.kind
    frames = raised.traceback.rstrip().removesuffix(said).rstrip()
    return plain(f"raised {said}\n{frames}".rstrip())
