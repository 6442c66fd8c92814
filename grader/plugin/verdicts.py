"""From whatever ended a check to its verdict.

Only an exception that our own code raised without the submission's help is a fault of
the grader. Whether an answer helped is found out by asking the reference the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
from grader.plugin.measure import LessCredit, NoDecision, OurFault
from grader.plugin.trial import Failure, Finding, Trial
from grader.plugin.values import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.grade import CheckResult
    from grader.plugin.suite import Suite
    from grader.submission import Call

_FLAKY = "it gave two answers to one input, or it depends on what it was asked before"
_UNDEFINED = re.compile(r"name '(\w{1,100})' is not defined")
_OURS = "a fault of the grader, not of the submission; the grade is withheld"
_HIDDEN_FAULT = (
    "a fault of the kit or of the assignment in {}: run it again with --instructor to see it"
)
_BUSY = "the machine is too busy to run this ({}): run it again, no points are lost"


_LINES_PRINTED = 5


@dataclass(frozen=True)
class Judge:
    """What is needed to tell whose fault a failure is, and to explain it."""

    suite: Suite
    folder: Path
    module: str | None
    names: Callable[[str], tuple[str, ...]]
    is_references: Callable[[BaseException], bool]
    prints: Callable[[], str]
    why_undefined: Callable[[str], str | None]
    familiar: Callable[[str], str]

    def passed(self, trial: Trial) -> Finding:
        """Return the finding of a check that ended without an exception."""
        return Finding(Verdict.passed, credit=1.0, measured=trial.measured, timing=trial.timing)

    def failed(
        self, error: BaseException, trial: Trial, second_opinion: Callable[[], BaseException | None]
    ) -> Finding:
        """Return the finding of a check that an exception ended.

        `second_opinion` runs the check once more with the reference in the submission's
        place and returns what that raised.
        """
        if isinstance(error, pytest.skip.Exception):
            return Finding(Verdict.not_run, plain(str(error.msg or "skipped")))
        if isinstance(error, NoDecision | Overdue):
            return self._undecided(error, trial)
        if isinstance(error, OurFault | Refused):
            return Finding(Verdict.grader_error, plain(f"{_OURS}: {error}"))
        if self.is_references(error):
            return _references(error)
        if isinstance(error, WorkerLost) and trial.failure is not None:
            return self.failed(trial.failure.error, trial, second_opinion)
        failure = trial.failure or trial.failed_with(error)
        return self._submissions_fault(error, failure, trial) or self._unclear(
            error, failure, second_opinion
        )

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
            case AssertionError() if self._is_suites(error, trial):
                answer = getattr(failure.call and failure.call.outcome, "value", None)
                text = describe_failure(error, failure.compared, self.suite, answer)
                return self._lost(Verdict.wrong, text, failure)
            case Flaky() if failure.call is not None:
                return self._lost(Verdict.wrong, _FLAKY, failure)
        return None

    def _is_suites(self, error: AssertionError, trial: Trial) -> bool:
        """Whether a check asserted this, and not some library on its own account."""
        if trial.in_setup:
            return False
        path = place_of(error)[0]
        ours = (str(self.folder), str(Path(__file__).parents[1]))
        return path.startswith(ours) or "testing" in Path(path).parts

    def _unclear(
        self,
        error: BaseException,
        failure: Failure,
        second_opinion: Callable[[], BaseException | None],
    ) -> Finding:
        said = plain(f"{type(error).__name__}: {error}", 600)
        if failure.call is None:
            return Finding(Verdict.grader_error, f"{_OURS}: {said}")
        other = second_opinion()
        if other is not None:
            return Finding(Verdict.grader_error, f"{_OURS}: {said}")
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
        names = self.names(call.export)
        return render_call(call.export, call.args, call.kwargs, names, self.module)


def point_at_faults(results: Iterable[CheckResult]) -> list[str]:
    """Say, in one line or none, how to see the faults that hidden checks do not show.

    It is for whoever runs the grader, and in no grade: students cannot follow it.
    """
    names = [r.name for r in results if r.hidden and r.verdict is Verdict.grader_error]
    return [_HIDDEN_FAULT.format(", ".join(names))] if names else []


def without_details(finding: Finding) -> Finding:
    """Return what a student may read about a hidden check: our own words, and no input."""
    words = _HIDDEN.get(finding.verdict, finding.message)
    if finding.measured is not None or finding.timing is not None:
        words = finding.message
    return Finding(finding.verdict, words, None, finding.credit, finding.measured, finding.timing)


_HIDDEN = {
    Verdict.wrong: "wrong on an input that is not shown",
    Verdict.raised: "raised an exception on an input that is not shown",
    Verdict.timed_out: "did not answer in time on an input that is not shown",
    Verdict.out_of_memory: "ran out of memory on an input that is not shown",
    Verdict.died: "ended without an answer on an input that is not shown",
    Verdict.grader_error: _OURS,
}


def _references(error: BaseException) -> Finding:
    """What it means that the reference ended a check; one that is only late has a busy machine."""
    if isinstance(error, WorkerLost):
        match error.outcome:
            case TimedOut(seconds, "wall"):
                late = f"the reference did not answer within {seconds:.3g} s"
                return Finding(Verdict.not_run, _BUSY.format(late))
    return Finding(Verdict.grader_error, f"{_OURS}: the reference {_name(error)}")


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


def _name(error: BaseException) -> str:
    return plain(f"failed ({type(error).__name__}: {error})", 600)
