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

from grader.box import Overdue, Refused
from grader.box.outcome import (
    Died,
    ExportMissing,
    Raised,
    SubmissionRaised,
    TimedOut,
    WorkerLost,
    describe_timeout,
)
from grader.grade import Decision, Verdict
from grader.plugin.counterexample import describe_failure, place_of, render_call
from grader.plugin.debts import describe_debt
from grader.plugin.faults import (
    describe_error,
    describe_fault,
    find_place,
    find_place_inside,
    is_never_an_answers,
)
from grader.plugin.hidden import OURS
from grader.plugin.measure import LessCredit, NoDecision, OurFault
from grader.plugin.trial import Failure, Finding, Trial
from grader.plugin.values import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.assignment import Assignment
    from grader.plugin.suite import Suite
    from grader.submission import Call

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

    def passed(self, trial: Trial) -> Finding:
        """Return the finding of a check that ended without an exception."""
        if debt := describe_debt(trial, self.assignment):
            return Finding(Verdict.grader_error, plain(f"{OURS}: {debt}"))
        return Finding(Verdict.passed, credit=1.0, measured=trial.measured, timing=trial.timing)

    def failed(
        self, error: BaseException, trial: Trial, second_opinion: Callable[[], BaseException | None]
    ) -> Finding:
        """Return the finding of a check that an exception ended.

        `second_opinion` runs the check once more with the reference in the submission's
        place and returns what that raised.
        """
        finding = self._found(error, trial, second_opinion)
        return replace(finding, place=self._place(error, trial))

    def _found(
        self, error: BaseException, trial: Trial, second_opinion: Callable[[], BaseException | None]
    ) -> Finding:
        if isinstance(error, pytest.skip.Exception):
            return Finding(Verdict.not_run, plain(str(error.msg or "skipped")))
        if isinstance(error, NoDecision | Overdue):
            return self._undecided(error, trial)
        if isinstance(error, OurFault | Refused):
            return self._ours(error, trial)
        if self.is_references(error):
            return self._references(error, trial)
        if isinstance(error, WorkerLost) and trial.failure is not None:
            return self._found(trial.failure.error, trial, second_opinion)
        failure = trial.failure or trial.failed_with(error)
        return self._submissions_fault(error, failure, trial) or self._unclear(
            error, failure, trial, second_opinion
        )

    def _place(self, error: BaseException, trial: Trial) -> str:
        """Where the reference stopped, if that is known, or else the check."""
        inner = find_place_inside(getattr(error, "outcome", None), self.assignment)
        return inner or find_place(error, self.assignment) or trial.check.place

    def _ours(self, error: BaseException, trial: Trial) -> Finding:
        told = describe_fault(error, self.assignment, trial.check.place)
        return Finding(Verdict.grader_error, f"{OURS}: {told}")

    def _references(self, error: BaseException, trial: Trial) -> Finding:
        """What it means that the reference ended a check: one that is late has a busy machine."""
        match error:
            case WorkerLost(outcome=TimedOut(seconds, "wall")):
                late = f"the reference did not answer within {seconds:.3g} s"
                return Finding(Verdict.not_run, _BUSY.format(late))
            case SubmissionRaised(outcome=outcome) | WorkerLost(outcome=outcome):
                said = _describe_end(outcome)[1]
            case _:
                said = plain(str(error))
        told = f"{self._place(error, trial)}: the reference failed: {said}"
        return Finding(Verdict.grader_error, f"{OURS}: {told}")

    def _submissions_fault(
        self, error: BaseException, failure: Failure, trial: Trial
    ) -> Finding | None:
        match error:
            case ExportMissing():
                return Finding(Verdict.missing, self.familiar(plain(str(error))))
            case SubmissionRaised(outcome=outcome) | WorkerLost(outcome=outcome):
                verdict, text = _describe_end(outcome)
                return self._lost(verdict, text + self._describe_lack(outcome), failure)
            case LessCredit():
                return Finding(
                    Verdict.wrong,
                    plain(str(error)),
                    credit=error.credit,
                    measured=trial.measured,
                    timing=trial.timing,
                )
            case AssertionError() | pytest.fail.Exception() if self._is_suites(error, trial):
                return self._lost(Verdict.wrong, self._wanted(error, failure), failure)
            case Flaky() if failure.call is not None:
                return self._lost(Verdict.wrong, _FLAKY, failure)
        return None

    def _wanted(self, error: BaseException, failure: Failure) -> str:
        if isinstance(error, pytest.fail.Exception):
            return plain(str(error.msg))
        answer = getattr(failure.call and failure.call.outcome, "value", None)
        return describe_failure(error, failure.compared, self.suite, answer)

    def _is_suites(self, error: BaseException, trial: Trial) -> bool:
        """Whether a check asserted this, and not some library on its own account."""
        if trial.in_setup:
            return False
        path = place_of(error)[0]
        ours = (str(self.assignment.folder), str(Path(__file__).parents[1]))
        return path.startswith(ours) or "testing" in Path(path).parts

    def _unclear(
        self,
        error: BaseException,
        failure: Failure,
        trial: Trial,
        second_opinion: Callable[[], BaseException | None],
    ) -> Finding:
        if failure.call is None or is_never_an_answers(error) or second_opinion() is not None:
            return self._ours(error, trial)
        said = describe_error(error)
        text = f"the check could not use what {failure.call.export} returned: {said}"
        return self._lost(Verdict.wrong, text, failure)

    def _undecided(self, error: NoDecision | Overdue, trial: Trial) -> Finding:
        if isinstance(error, Overdue):
            return Finding(Verdict.not_run, plain(_BUSY.format(error)))
        referred = trial.timing is not None and trial.timing.decision is Decision.referred
        verdict = Verdict.wrong if referred else Verdict.not_run
        return Finding(verdict, plain(str(error)), timing=trial.timing)

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
