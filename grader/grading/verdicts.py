"""From whatever ended a check to its verdict.

Only an exception that our own code raised without the submission's help is a fault of
the grader. Whether an answer helped is found out by asking the reference the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.grade.result import Verdict
from grader.grading.check_run import Failure, Finding
from grader.grading.counterexample import (
    describe_failure,
    find_claim,
    place_of,
    render_call,
    render_calls,
    render_program,
)
from grader.grading.debts import UNPAID, describe_debt
from grader.grading.endings import describe_end, describe_lack, tell_busy, why_busy
from grader.grading.faults import (
    describe_error,
    describe_fault,
    find_error_place,
    find_outcome_place,
    is_never_an_answers,
)
from grader.grading.handout import signature_in_handout
from grader.grading.hidden import OURS
from grader.grading.measure import GraderFaultError
from grader.grading.numbers import find_by_number, tell_information
from grader.grading.restate import Held
from grader.race.errors import RaceError
from grader.sandbox import IsolationError
from grader.sandbox.outcome import (
    ExportMissingError,
    Raised,
    Returned,
    SubmissionRaisedError,
    TimedOut,
    WorkerLostError,
)
from grader.text import clean_ends

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.assignment.folder import Assignment
    from grader.assignment.suite import Suite
    from grader.grading.check_run import CheckRun

_FLAKY = "it gave two answers to one input, or it depends on what it was asked before"
_RIGHT_FIRST = "right when it is asked first; wrong after other calls"
_LINES_PRINTED = 5


@dataclass(frozen=True)
class Judge:
    """What is needed to tell whose fault a failure is, and to explain it.

    `module` is the name by which a student imports what was handed in, `public` the folder of the
    modules that students are given, and `familiar` writes the paths in a text as its author knows
    them.
    """

    suite: Suite
    assignment: Assignment
    module: str | None
    public: str
    familiar: Callable[[str], str]

    def __call__(self, run: CheckRun, error: BaseException | None) -> Finding:
        """Return the finding of a run that has ended, by an exception or without one.

        Where `is_unclear` whose fault that is, ask the reference first.
        """
        if error is None:
            return self._passed(run)
        finding = self._found(run, error) or self._unclear(run, _cause(run, error))
        return replace(finding, place=self._place(run, error))

    def is_unclear(self, run: CheckRun, error: BaseException | None) -> bool:
        """Whether what the reference does in the submission's place decides whose fault it is."""
        if error is None:
            is_asked = run.last_call is not None and run.ended_by is None
            return is_asked and describe_debt(run, self.assignment) != ""
        cause = _cause(run, error)
        failure = run.failure or run.failed_with(cause)
        is_open = failure.call is not None and not is_never_an_answers(cause)
        return is_open and self._found(run, error) is None

    def _passed(self, run: CheckRun) -> Finding:
        debt = describe_debt(run, self.assignment)
        if debt and run.reference_pays:
            failure = Failure(AssertionError(UNPAID), None, run.last_call)
            return replace(self._lost(run, Verdict.wrong, UNPAID, failure), place=run.check.place)
        if debt:
            return Finding(Verdict.grader_error, clean_ends(f"{OURS}: {debt}"))
        timing = run.race.timing if run.race else None
        said = tell_information(run, self.assignment.points[run.check.name])
        return Finding(Verdict.passed, said, credit=1.0, measured=run.value, timing=timing)

    def _found(self, run: CheckRun, error: BaseException) -> Finding | None:
        if run.skipped is not None:
            said = clean_ends(run.skipped)
            return Finding(Verdict.not_run, said, waits_for=run.waits_for)
        if busy := why_busy(_cause(run, error)):
            return Finding(Verdict.not_run, clean_ends(busy))
        if isinstance(error, GraderFaultError | RaceError | IsolationError):
            return self._ours(run, error)
        if error is run.ended_by:
            return find_by_number(run)
        if run.is_references(error):
            return self._references(run, error)
        cause = _cause(run, error)
        return self._submissions_fault(run, cause, run.failure or run.failed_with(cause))

    def _place(self, run: CheckRun, error: BaseException) -> str:
        """Where the reference stopped, if that is known, or else the check."""
        inner = find_outcome_place(getattr(error, "outcome", None), self.assignment)
        return inner or find_error_place(error, self.assignment) or run.check.place

    def _ours(self, run: CheckRun, error: BaseException) -> Finding:
        told = describe_fault(error, self.assignment, run.check.place)
        return Finding(Verdict.grader_error, f"{OURS}: {told}")

    def _references(self, run: CheckRun, error: BaseException) -> Finding:
        """What it means that the reference ended a check: one that is late has a busy machine."""
        match error:
            case WorkerLostError(outcome=TimedOut(seconds, "wall")):
                late = f"the reference did not answer within {seconds:.3g} s"
                return Finding(Verdict.not_run, tell_busy(late))
            case SubmissionRaisedError(outcome=outcome) | WorkerLostError(outcome=outcome):
                said = describe_end(outcome)[1]
            case _:
                said = clean_ends(str(error))
        told = f"{self._place(run, error)}: the reference failed: {said}"
        return Finding(Verdict.grader_error, f"{OURS}: {told}")

    def _submissions_fault(
        self, run: CheckRun, error: BaseException, failure: Failure
    ) -> Finding | None:
        if run.is_right_first:
            error = failure.error
        match error:
            case ExportMissingError():
                return Finding(Verdict.missing, self.familiar(clean_ends(str(error))))
            case SubmissionRaisedError(outcome=outcome) | WorkerLostError(outcome=outcome):
                verdict, text = describe_end(outcome)
                more = describe_lack(run, outcome) or self._describe_misfit(run, outcome, failure)
                return self._lost(run, verdict, text + more, failure)
            case _ if run.is_flaky and failure.call is not None:
                return self._lost(run, Verdict.wrong, _FLAKY, failure)
            case _ if self._is_suites(run, error):
                told = self._wanted(run, error, failure) + describe_lack(run)
                return self._lost(run, Verdict.wrong, told, failure)
        return None

    def _wanted(self, run: CheckRun, error: BaseException, failure: Failure) -> str:
        if run.stated is not None:
            return clean_ends(run.stated)
        answer = getattr(failure.call and failure.call.outcome, "value", None)
        return describe_failure(error, failure.compared, self.suite, answer)

    def _is_suites(self, run: CheckRun, error: BaseException) -> bool:
        """Whether a check asserted or stated this, and not some library on its own account."""
        if run.in_setup or not (isinstance(error, AssertionError) or run.stated is not None):
            return False
        path = place_of(error)[0]
        ours = (str(self.assignment.folder), str(Path(__file__).parents[1]))
        return path.startswith(ours) or "testing" in Path(path).parts

    def _unclear(self, run: CheckRun, error: BaseException) -> Finding:
        failure = run.failure or run.failed_with(error)
        if failure.call is None or is_never_an_answers(error) or run.opinion is not None:
            return self._ours(run, error)
        said = describe_error(error)
        text = f"the check could not use what {failure.call.export} returned: {said}"
        return self._lost(run, Verdict.wrong, text, failure)

    def _lost(self, run: CheckRun, verdict: Verdict, message: str, failure: Failure) -> Finding:
        if run.told_at:
            first = self.familiar(message).partition("\n")[0]
            return Finding(verdict, f"as in {run.told_at}: {first}")
        message = self.familiar(f"{_RIGHT_FIRST}: {message}" if run.is_right_first else message)
        printed = [line for line in self.familiar(run.printed).splitlines() if line.strip()]
        if printed:
            end = clean_ends("\n  ".join(printed[-_LINES_PRINTED:]), 800)
            more = f" (the end of {len(printed)} lines)" if len(printed) > _LINES_PRINTED else ""
            message += f"\nit printed{more}:\n  {end}"
        if failure.call is not None and failure.call.export.startswith("probes."):
            message += f"\n({failure.call.export} tells a claim of the submission's own process)"
        message = "\n".join([message, *map(self.familiar, run.facts)])
        call = failure.call and failure.call.without_answer()
        return Finding(verdict, message, self._call_text(run, failure), call=call)

    def _held(self, run: CheckRun, failure: Failure) -> Held | None:
        """Return what an answer was held to, unless it depends on more than its call."""
        if run.is_flaky or run.is_right_first or run.stated is not None or failure.call is None:
            return None
        has_failed = not isinstance(failure.call.outcome, Returned)
        claim = find_claim(failure.error, failure.compared, self.suite)
        is_known = claim is not None or has_failed
        return Held(claim, failure.call, failure.earlier) if is_known else None

    def _call_text(self, run: CheckRun, failure: Failure) -> str | None:
        """Write a call with the reference's names for its arguments, or else the student's own."""
        call = failure.call
        if call is None:
            return None
        if call.program:
            return render_program(call)
        if call.before:
            module_of = partial(self._module_of, run)
            return render_calls((*call.before, call), module_of, self.public)
        found, module = run.found(call.export), self._module_of(run, call.export)
        has_own = self.suite.reference is None and len(found.arguments) >= len(call.args)
        names = found.arguments if has_own else self.suite.argument_names(call.export)
        held = self._held(run, failure)
        text = render_call(call.export, call.args, call.kwargs, names, module, self.public, held)
        began = f"\nits generators (random, numpy, torch) were seeded with {call.seed}"
        return text if call.seed is None else text + began

    def _module_of(self, run: CheckRun, export: str) -> str | None:
        """Return the module that an export is imported from; None in a notebook, which has it."""
        return module if (module := run.found(export).module).isidentifier() else self.module

    def _describe_misfit(self, run: CheckRun, outcome: object, failure: Failure) -> str:
        """Show a function as it was found, and as it is asked for, where a call does not fit it."""
        match outcome:
            case Raised(kind="TypeError", traceback="") if run.calls and failure.call:
                written = run.found(failure.call.export).written
                asked = signature_in_handout(self.assignment, failure.call.export)
                wish = f"; the handout asks for {asked}" if asked else ""
                return f"\nthere is {clean_ends(written, 300)}{wish}" if written else ""
        return ""


def _cause(run: CheckRun, error: BaseException) -> BaseException:
    """What went wrong: where a worker is lost after a failure, that failure."""
    lost_later = isinstance(error, WorkerLostError) and run.failure is not None
    return run.failure.error if lost_later and run.failure is not None else error
