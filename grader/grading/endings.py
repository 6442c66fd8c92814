"""What ended a call of a submission, in words; and what loading left undone, if that may be why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.grade.result import TOO_BUSY, Verdict
from grader.race.errors import MachineBusyError
from grader.sandbox.levels import StartTimeoutError
from grader.sandbox.outcome import Died, Raised, TimedOut, WorkerLostError, describe_timeout
from grader.text import clean_ends

if TYPE_CHECKING:
    from grader.grading.check_run import CheckRun

_UNDEFINED = re.compile(r"name '(\w{1,100})' is not defined")


def why_busy(error: BaseException) -> str:
    """Say what the machine had no time or no room for, where that ended a check; "" elsewhere."""
    match error:
        case MachineBusyError():
            return str(error)
        case StartTimeoutError():
            return tell_busy(str(error))
        case WorkerLostError(outcome=Died(reason, by_others=True)):
            return tell_busy(reason)
        case BaseExceptionGroup(exceptions=several):  # Hypothesis asked again, and it was not busy
            return next(filter(None, map(why_busy, several)), "")
    return ""


def tell_busy(reason: str) -> str:
    """Say that a check could not run on this machine, now."""
    return f"{TOO_BUSY} ({reason}): run it again, no points are lost"


def describe_lack(run: CheckRun, outcome: object = None) -> str:
    """Say what loading left undone, where that may be why: of a name that was missed, or at all.

    An `outcome` is what ended the check; without one an answer was wrong.
    """
    if run.calls is None:
        return ""
    loader, told = run.calls.connection.loader, None
    match outcome:
        case Raised(kind="NameError", message=message):
            found = _UNDEFINED.match(message)
            told = loader.why_undefined(found[1]) if found else None
        case None | Raised(kind="KeyError" | "IndexError" | "AttributeError" | "TypeError"):
            told = loader.what_lacks()
        case Raised(kind="RuntimeError" | "RecursionError" | "FileNotFoundError"):
            told = loader.what_lacks()
    return f"\n{clean_ends(told, 600)}" if told else ""


def describe_end(outcome: Raised | TimedOut | Died) -> tuple[Verdict, str]:
    """Name what ended a call, and say it: an exception, a limit, the end of its worker."""
    match outcome:
        case TimedOut():
            return Verdict.timed_out, clean_ends(describe_timeout(outcome))
        case Died(reason, out_of_memory):
            verdict = Verdict.out_of_memory if out_of_memory else Verdict.died
            return verdict, clean_ends(reason)
        case _:
            return Verdict.raised, _describe_raised(outcome)


def _describe_raised(raised: Raised) -> str:
    said = f"{raised.kind}: {raised.message}" if raised.message else raised.kind
    return clean_ends(f"raised {said.rstrip()}\n{raised.traceback}".rstrip())
