"""One run of one check: what it asked, compared, measured and raced, and how it first failed.

The hooks and fixtures write into it, and `verdicts` reads it when it is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.submission.load_report import FoundExport

if TYPE_CHECKING:
    from grader.assignment.check import Check
    from grader.grade.result import Timing, Verdict
    from grader.grading.measure import Measurement
    from grader.race.result import Result
    from grader.submission.call import Call
    from grader.submission.calls import Calls
    from grader.submission.claims import Comparison


@dataclass(frozen=True, slots=True)
class Finding:
    """What one run of a check came to; `call` is the one that lost it, at `place`.

    `waits_for` is the lost check for whose sake this one was not run.
    """

    verdict: Verdict
    message: str = ""
    counterexample: str | None = None
    credit: float = 0.0
    measured: float | None = None
    timing: Timing | None = None
    call: Call | None = None
    place: str = ""
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure as it was seen, with the call before it, in case the worker is lost later.

    `earlier` are the calls before that one, of the same input.
    """

    error: BaseException
    compared: Comparison | None
    call: Call | None
    earlier: tuple[Call, ...] = ()


@dataclass
class CheckRun:
    """The state of one run of a check.

    `calls` and `reference_calls` are the calls of both clients in it; `ended_by` is what `measure`
    or `race` raised to end it, `opinion` what the reference raised in the submission's place, and
    `reference_pays` whether it did there what the check owes to its points; `is_right_first` is
    whether the check is passed where no call comes after another.
    `shared_call` is the last call of work that it shares, and where that failed, `told_at` is the
    check that told of it. How pytest told of its end is in `skipped`, `stated` and `is_flaky`; it
    `waits_for` a lost check where it is not run for that.
    """

    check: Check
    calls: Calls | None = None
    reference_calls: Calls | None = None
    raced_call: Call | None = None
    shared_call: Call | None = None
    told_at: str = ""
    compared: Comparison | None = None
    failure: Failure | None = None
    measured: Measurement | None = None
    race: Result | None = None
    ended_by: BaseException | None = None
    waits_for: str = ""
    in_setup: bool = False
    skipped: str | None = None
    stated: str | None = None
    is_flaky: bool = False
    opinion: BaseException | None = None
    reference_pays: bool = False
    is_right_first: bool = False

    @property
    def last_call(self) -> Call | None:
        """The submission's latest call, if it made any."""
        return self.raced_call or (self.calls and self.calls.last) or self.shared_call

    @property
    def printed(self) -> str:
        """What the submission printed, head and tail; raw: make it harmless before showing it."""
        return self.calls.printed if self.calls else ""

    @property
    def facts(self) -> list[str]:
        """What the check found out of the submission, in sentences."""
        return [fact.sentence for fact in self.calls.facts] if self.calls else []

    @property
    def value(self) -> float | None:
        """The number that the check measured, or else found out."""
        if self.measured is not None:
            return self.measured.value
        numbers = [fact.number for fact in self.calls.facts] if self.calls else []
        return next((number for number in numbers if number is not None), None)

    def found(self, export: str) -> FoundExport:
        """Return what loading found of an export."""
        loader = self.calls.connection.loader if self.calls else None
        return loader.found(export) if loader else FoundExport(there=False)

    def begin_input(self) -> None:
        """Begin another of the inputs that the check draws."""
        self.compared = None
        if self.calls is not None:
            self.calls.recent.clear()

    def end_with(self, error: BaseException) -> BaseException:
        """Note what `measure` or `race` is about to raise, and return it: nothing may catch it."""
        self.ended_by = error
        return error

    def fail(self, error: BaseException) -> None:
        """Keep what is needed to explain a failure, as it is now."""
        self.failure = self.failed_with(error)

    def failed_with(self, error: BaseException) -> Failure:
        """Note an error together with the state in which it came."""
        earlier = tuple(self.calls.recent)[:-1] if self.calls else ()
        return Failure(error, self.compared, self.last_call, earlier)

    def is_references(self, error: BaseException) -> bool:
        """Whether it was the reference that ended the check, not the submission."""
        calls = self.reference_calls
        if calls is None:
            return False
        outcome = getattr(error, "outcome", None)
        if outcome is not None:
            return calls.last is not None and calls.last.outcome is outcome
        return calls.missing is error
