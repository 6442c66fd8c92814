"""What one call came back with. An exception, an exit or a hang in the worker is data here."""

import builtins
from dataclasses import dataclass
from typing import Literal

from grader.sandbox.deadline import Limit


@dataclass(frozen=True, slots=True)
class Returned:
    """The call gave a value; ``changed`` says what it did to an argument, if that was looked at."""

    value: object
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """The call raised; ``traceback`` shows the student's own frames.

    ``bases`` are the names of its class and of all that is derived from, Python's own with
    ``builtins.`` before them.
    """

    kind: str
    message: str
    traceback: str
    bases: tuple[str, ...] = ()

    def is_a(self, name: str) -> bool:
        """Whether it is an exception of that name; one of Python's is known by what it is."""
        return (f"builtins.{name}" if hasattr(builtins, name) else name) in self.bases


@dataclass(frozen=True, slots=True)
class TimedOut:
    """A call outlived its limit, its check's, its race's or that of the whole submission.

    ``where`` is the line it was at, such as ``hw2.py:18``, or what used a submission's time up.
    """

    seconds: float
    clock: Literal["wall", "cpu"]
    where: str
    limit: Limit = "call"


@dataclass(frozen=True, slots=True)
class Died:
    """The worker ended, or stopped making sense, before it answered.

    It did so ``by_others`` where it lacked what other processes of this machine hold.
    """

    reason: str
    out_of_memory: bool = False
    by_others: bool = False


Outcome = Returned | Raised | TimedOut | Died


class SubmissionRaisedError(Exception):
    """A student's function raised: the check fails in the ordinary way."""

    def __init__(self, outcome: Raised) -> None:
        super().__init__(outcome)  # of which it is made again in another process
        self.outcome = outcome

    def __str__(self) -> str:
        return describe(self.outcome)


class ExportMissingError(Exception):
    """The submission has no such function; the message says why, where that is known."""


class WorkerLostError(BaseException):
    """The worker is gone, so the check is over. Not an Exception: nothing may retry it."""

    def __init__(self, outcome: TimedOut | Died) -> None:
        super().__init__(outcome)
        self.outcome = outcome

    def __str__(self) -> str:
        return describe(self.outcome)


class OutcomeError(Exception):
    """The worker is no longer of use; ``outcome`` says why."""

    def __init__(self, outcome: TimedOut | Died) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def describe(outcome: Outcome) -> str:
    """One line about an outcome, for people."""
    match outcome:
        case Returned():
            return "returned"
        case Raised(kind, message, _):
            return f"{kind}: {message}"
        case TimedOut():
            return describe_timeout(outcome)
        case Died(reason, _):
            return reason


def describe_timeout(late: TimedOut) -> str:
    """Say which limit ran out, and where."""
    if late.limit == "submission":
        most = f", {late.where}" if late.where else ""
        return f"the {late.seconds:g} s that a submission may take in all are used up{most}"
    place = f"; it was at {late.where}" if late.where else ""
    if late.limit in ("check", "race"):
        return f"the {late.seconds:g} s of the {late.limit} are used up{place}"
    if late.limit == "again":
        told = "all that a function gets once it has hung in this grading"
        return f"no answer after {late.seconds:g} s, {told}{place}"
    clock = "s of processor time" if late.clock == "cpu" else "s"
    return f"no answer after {late.seconds:g} {clock}{place}"
