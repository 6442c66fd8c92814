"""A submission: one attribute per export, each a function that runs behind the wall."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from grader.assignment.seed import check_seed
from grader.sandbox import (
    ExportMissingError,
    Outcome,
    Raised,
    Returned,
    SubmissionRaisedError,
    TimedOut,
    Worker,
    WorkerLostError,
)
from grader.sandbox.deadline import Earliest, Moment
from grader.submission.loading import Loader, LoadReport

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from grader.assignment.folder import Assignment
    from grader.sandbox.opened import Sandbox
    from grader.source.handin import Source
    from grader.submission.allowance import Allowance


@dataclass(frozen=True)
class Call:
    """One call that was made, and what came of it."""

    export: str
    args: tuple[object, ...]
    kwargs: dict[str, object]
    outcome: Outcome | None
    seconds: float

    def without_answer(self) -> Call:
        """Return the call without what came back: an answer may be large, and this is kept."""
        return replace(self, outcome=None)


class Export:
    """One function of a submission; calling it runs it in the current check's worker."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self.__name__ = name
        self.__doc__ = f"Call {name} in the worker."

    def __call__(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever it returns
        """Return what the student's function returns.

        Raises SubmissionRaisedError if it raised, WorkerLostError if it hung or ended its
        process, and ExportMissingError if there is no such function.
        """
        match self.outcome(*args, **kwargs):
            case Returned(value):
                return value
            case Raised() as raised:
                raise SubmissionRaisedError(raised)
            case lost:
                raise WorkerLostError(lost)

    def outcome(self, *args: object, **kwargs: object) -> Outcome:
        """Call the function; whatever happens comes back as data, save ExportMissingError."""
        return self._client.call(self.__name__, args, kwargs)

    def watched(self, *args: object) -> Outcome:
        """Call the function and look at its arguments again: Returned says what was done to one."""
        return self._client.call(self.__name__, args, {}, watch=True)

    def __repr__(self) -> str:
        return f"<export {self.__name__}>"


class Submission:
    """What one student handed in, seen through its exports and nothing else.

    `allowance` is the time that it may take, and what is within `apart` takes none of another's.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        source: Source,
        assignment: Assignment,
        *,
        role: str = "submission",
        allowance: Allowance | None = None,
        apart: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        client = Client(sandbox, source, assignment, role, allowance, apart)
        self._client = client
        for name in assignment.exports:
            setattr(self, name, Export(client, name))

    def __repr__(self) -> str:
        return f"<{self._client.role}>"


class Client:
    """Behind a submission: its worker of the moment, its deadline and its last call."""

    def __init__(
        self,
        sandbox: Sandbox,
        source: Source,
        assignment: Assignment,
        role: str,
        allowance: Allowance | None,
        apart: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self.sandbox, self.assignment, self.role = sandbox, assignment, role
        self.loader = Loader(source, assignment, reference=role == "reference")
        self.allowance, self.apart = allowance, apart
        self.worker: Worker | None = None
        self.last: Call | None = None
        self.printed = ""
        self.seed = self.calls = 0
        self.deadline = Moment(assignment.limits.check_seconds, "check")

    def begin(self, seed: int) -> None:
        """A check begins: no worker yet, and all the seconds of a check."""
        self.end()
        self.last, self.printed = None, ""
        self.seed, self.calls = seed, 0
        self.deadline = Moment(self.assignment.limits.check_seconds, "check")

    def end(self) -> None:
        """The check is over: its worker ends, with everything in it."""
        if self.worker is not None:
            self.worker.close()
            self.printed = self.worker.prints.text()
            self.worker = None

    def call(
        self, name: str, args: tuple[object, ...], kwargs: dict[str, object], *, watch: bool = False
    ) -> Outcome:
        """Call one export in the check's worker, which is forked and loaded when first needed."""
        began = time.monotonic()
        with self.apart():
            outcome = self._call(name, args, kwargs, watch=watch)
        self.last = Call(name, args, kwargs, outcome, time.monotonic() - began)
        return outcome

    def spawn(self, sandbox: Sandbox | None = None) -> Worker:
        """A loaded worker of one's own, outside any check; WorkerLostError if loading ends it."""
        return self.loader.fork(sandbox or self.sandbox)

    def _call(
        self, name: str, args: tuple[object, ...], kwargs: dict[str, object], *, watch: bool
    ) -> Outcome:
        limits = self.assignment.limits
        if self.worker is None:
            outcome = self._load()
            if outcome is not None:
                return outcome
        why = self.loader.why_missing(name)
        if why is not None:
            raise ExportMissingError(why)
        if self.deadline.left() <= 0:
            return TimedOut(limits.check_seconds, "wall", "", "check")
        self.calls += 1
        request = {"export": name, "args": list(args), "kwargs": kwargs, "watch": watch}
        request["seed"] = check_seed(self.seed, str(self.calls)) % 2**63
        assert self.worker is not None
        limit = Moment(limits.call_seconds)
        if self.allowance is None:
            return self.worker.ask("call", request, Earliest((limit, self.deadline)))
        began = time.monotonic()
        outcome = self.worker.ask("call", request, Earliest((limit, self.deadline, self.allowance)))
        self.allowance.charge(name, time.monotonic() - began)
        return self._named(outcome)

    def _named(self, outcome: Outcome) -> Outcome:
        """Say of a submission's time that has run out what used it."""
        spent = isinstance(outcome, TimedOut) and outcome.limit == "submission"
        return self.allowance.used_up() if spent and self.allowance is not None else outcome

    def _load(self) -> Outcome | None:
        try:
            self.worker = self.loader.fork(self.sandbox, self.allowance)
        except WorkerLostError as lost:
            return self._named(lost.outcome)
        return None


def begin_check(submission: Submission, seed: int) -> None:
    """A check begins: its calls will share one fresh worker, each with a seed of its own."""
    submission._client.begin(seed)  # noqa: SLF001 - a submission shows its exports and nothing else


def end_check(submission: Submission) -> None:
    """The check is over: the worker is ended with all its descendants."""
    submission._client.end()  # noqa: SLF001 - as above


def last_call(submission: Submission) -> Call | None:
    """The last call made in this check."""
    return submission._client.last  # noqa: SLF001 - as above


def prints(submission: Submission) -> str:
    """What the last worker printed, head and tail; raw: make it harmless before showing it."""
    return submission._client.printed  # noqa: SLF001 - as above


def load_report(submission: Submission) -> LoadReport | None:
    """What loading found, once something was loaded."""
    return submission._client.loader.report  # noqa: SLF001 - as above


def why_undefined(submission: Submission, name: str) -> str | None:
    """Which statement of its source, not run or stopped, would have defined a name."""
    return submission._client.loader.why_undefined(name)  # noqa: SLF001 - as above


def client_of(export: Export) -> Client:
    """Where an export's calls are made: for a race, which makes its own workers."""
    return export._client  # noqa: SLF001 - as above
