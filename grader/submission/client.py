"""A submission: one attribute per export, each a function that runs behind the wall."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from grader.assignment.seed import check_seed
from grader.inside.frames import Handle
from grader.sandbox import (
    ExportMissingError,
    Outcome,
    Returned,
    TimedOut,
    Worker,
    WorkerLostError,
)
from grader.sandbox.deadline import Deadline, Earliest
from grader.submission.allowance import Allowance
from grader.submission.hangs import Pace
from grader.submission.kept import Kept, holds_kept, value_of, with_kept
from grader.submission.loading import Loader

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from grader.assignment.folder import Assignment
    from grader.sandbox.deadline import Deadline
    from grader.sandbox.opened import Sandbox
    from grader.source.handin import Source


@dataclass(frozen=True)
class Call:
    """One call that was made, and what came of it; `number` counts those of its worker from 1."""

    export: str
    args: tuple[object, ...]
    kwargs: dict[str, object]
    outcome: Outcome | None
    seconds: float
    number: int = 0

    def without_answer(self) -> Call:
        """Return the call without what came back: an answer may be large, and this is kept."""
        return replace(self, outcome=None)


class Export:
    """One function of a submission; calling it runs it in the current check's worker."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.__name__ = name
        self.__doc__ = f"Call {name} in the worker."

    def __call__(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever it returns
        """Return what the student's function returns.

        Raises SubmissionRaisedError if it raised, WorkerLostError if it hung or ended its
        process, and ExportMissingError if there is no such function.
        """
        return value_of(self.outcome(*args, **kwargs))

    def outcome(self, *args: object, **kwargs: object) -> Outcome:
        """Call the function; whatever happens comes back as data, save ExportMissingError."""
        return self.client.calls.make(self.__name__, args, kwargs)

    def watched(self, *args: object) -> Outcome:
        """Call the function and look at its arguments again: Returned says what was done to one."""
        return self.client.calls.make(self.__name__, args, {}, watch=True)

    def __repr__(self) -> str:
        return f"<export {self.__name__}>"


class Submission:
    """What one student handed in, seen through its exports and nothing else."""

    def __init__(self, client: Client) -> None:
        self.__role = client.role
        for name in client.assignment.exports:
            setattr(self, name, Export(client, name))

    def __repr__(self) -> str:
        return f"<{self.__role}>"


class Client:
    """Behind a submission: its source in a sandbox, loaded when asked, and the calls of the moment.

    `allowance` is the time that it may take, and what is within `apart` takes none of another's;
    `pace` is what each of its calls gets, in full where none is given.
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
        pace: Pace | None = None,
    ) -> None:
        self.sandbox, self.assignment, self.role = sandbox, assignment, role
        self.loader = Loader(source, assignment, reference=role == "reference")
        self.allowance, self.apart = allowance, apart
        self.pace = pace or Pace(assignment.limits.call_seconds, patient=True)
        self.calls = Calls(self, 0)

    def begin(self, seed: int) -> Calls:
        """A run of a check begins: its calls will share one fresh worker, and all its seconds."""
        self.calls.end()
        self.calls = Calls(self, seed)
        return self.calls

    def spawn(self, sandbox: Sandbox, deadline: Deadline) -> Worker:
        """A loaded worker of one's own, outside any check; WorkerLostError if loading ends it."""
        return self.loader.fork(sandbox, deadline=deadline)


class Calls:
    """The calls of one run of a check: one worker, one deadline, and for each a seed of its own.

    With `alone` each call is made in a worker of its own, as if nothing had been asked before; but
    one about what an earlier one returned goes where that is. `last` is the call made last,
    `missing` what was raised of one that could not be made, as there
    is no such export; `printed` is what the worker printed, once it has ended: raw, so
    make it harmless before showing it.
    """

    def __init__(self, client: Client, seed: int) -> None:
        self.client, self._seed, self._count, self.alone = client, seed, 0, False
        self._time = Allowance(client.assignment.limits.check_seconds, "check")
        self._worker: Worker | None = None
        self._kept: list[tuple[str, dict[str, Any]]] = []
        self.last: Call | None = None
        self.missing: ExportMissingError | None = None
        self.printed = ""

    def end(self) -> None:
        """The run is over: its worker ends, with everything in it."""
        if self._worker is not None:
            self._worker.close()
            self.printed = self._worker.prints.text()
            self._worker = None

    def make(
        self,
        called: str | Kept,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        *,
        watch: bool = False,
    ) -> Outcome:
        """Call one export, or what one returned, in the worker; it is forked when first needed."""
        if self.alone and not holds_kept((called, args, kwargs)):
            self.end()
        began = time.monotonic()
        name = called if isinstance(called, str) else f"{called.export}(…)"
        request = {"export": called, "args": list(args), "kwargs": kwargs, "watch": watch}
        with self.client.apart(), self._time.counted():
            outcome = self._load() or self._ask(name, request)
        if isinstance(outcome, Returned):
            outcome = replace(outcome, value=with_kept(outcome.value, name, self))
        self.last = Call(name, args, kwargs, outcome, time.monotonic() - began, self._count)
        return outcome

    def repeat(self, call: Call) -> Outcome:
        """Make a call of an export again, with the seed that it had, as the first of a worker."""
        self.end()
        self._count = call.number - 1
        return self.make(call.export, call.args, call.kwargs)

    def _load(self) -> Outcome | None:
        """Have a loaded worker; return what came of it if there is none."""
        if self._worker is None:
            try:
                client = self.client
                self._worker = client.loader.fork(
                    client.sandbox, client.allowance, watch=self._time.watch
                )
            except WorkerLostError as lost:
                return self._named(lost.outcome)
        return None

    def _ask(self, name: str, request: dict[str, Any]) -> Outcome:
        client = self.client
        exported = isinstance(request["export"], str)
        why = client.loader.why_missing(name) if exported else None
        if why is not None:
            self.missing = ExportMissingError(why)
            raise self.missing
        limits = client.assignment.limits
        if self._time.left() <= 0:
            return TimedOut(limits.check_seconds, "wall", "", "check")
        self._count += 1
        request["seed"] = check_seed(self._seed, str(self._count)) % 2**63
        outcome = self._within(name, request)
        if client.loader.misses(outcome):
            outcome = self._load_more() or self._within(name, request)
        if isinstance(outcome, Returned) and _holds_handle(outcome.value):
            self._kept.append((name, request))
        return self._named(outcome)

    def _within(self, name: str, request: dict[str, Any]) -> Outcome:
        """Ask the worker, within its pace and what is left of the check's and submission's time."""
        assert self._worker is not None
        pace, allowance = self.client.pace, self.client.allowance
        own = self._worker.own(*pace.limit(name))
        deadlines: tuple[Deadline, ...] = (own, self._time)
        if allowance is not None:
            deadlines = (*deadlines, allowance)
        began = time.monotonic()
        outcome = self._worker.ask("call", request, Earliest(deadlines))
        pace.note(name, outcome, own)
        if allowance is not None:
            allowance.charge(name, time.monotonic() - began)
        return outcome

    def _load_more(self) -> Outcome | None:
        """Have a fresh worker, with what was missed in it and what the last one had kept."""
        self.end()
        if (lost := self._load()) is not None:
            return lost
        for name, request in self._kept:
            self._within(name, request)
        return None

    def _named(self, outcome: Outcome) -> Outcome:
        """Say of a submission's time that has run out what used it."""
        spent = isinstance(outcome, TimedOut) and outcome.limit == "submission"
        allowance = self.client.allowance
        return allowance.used_up() if spent and allowance is not None else outcome


def _holds_handle(value: object) -> bool:
    """Whether an answer, or a part of it, stayed in the worker."""
    if isinstance(value, list | tuple):
        return any(map(_holds_handle, value))
    if isinstance(value, dict):
        return any(map(_holds_handle, value.values()))
    return isinstance(value, Handle)
