"""The calls of one run of a check: what is asked of a worker, and what is remembered of it."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from grader.assignment.seed import check_seed
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
from grader.submission.call import Call
from grader.submission.kept import Kept, holds_kept, with_kept
from grader.submission.lives import Lives

if TYPE_CHECKING:
    from grader.assignment.limits import Limits
    from grader.submission.connection import Connection

_RECENT = 16  # calls of one input whose answers are kept: they may be large


@dataclass(frozen=True, slots=True)
class Fact:
    """What a check found out of a submission: a sentence, and its number if it has one."""

    sentence: str
    number: float | None = None


class Calls:
    """The calls of one run of a check: one worker, one deadline, and for each a seed of its own.

    With `alone` each call is made in a worker of its own, as if nothing had been asked before; but
    one about what an earlier one returned goes where that is. `last` is the call made last,
    `recent` has the latest of this input with their answers, `answers` and `claims` count what came
    as data, from exports and from probes, `missing` is what was raised of one that could not be
    made, as there is no such export; `printed` is what the worker printed, once it has ended: raw,
    so make it harmless before showing it. `facts` are what the check's message ends with, whatever
    it comes to. `seed` is the run's own, which no worker is told.
    """

    def __init__(self, connection: Connection, seed: int, limits: Limits | None = None) -> None:
        self.connection, self.seed, self._count, self.alone = connection, seed, 0, False
        self.limits = limits or connection.assignment.limits
        self._time = Allowance(self.limits.check_seconds, "check")
        self._worker: Worker | None = None
        self._kept: list[tuple[str, dict[str, Any]]] = []
        self._lives = Lives()
        self.claims = self.answers = 0
        self.last: Call | None = None
        self.recent: deque[Call] = deque(maxlen=_RECENT)
        self.missing: ExportMissingError | None = None
        self.printed = ""
        self.facts: list[Fact] = []

    @property
    def is_asked(self) -> bool:
        """Whether a call was made, or could not be."""
        return self.last is not None or self.missing is not None

    def end(self) -> None:
        """The run is over: its worker ends, with everything in it."""
        if self._worker is not None:
            self._worker.close()
            self.printed = self._worker.prints.text()
            self._worker = None
            self._lives.clear()

    def make(
        self,
        called: str | Kept,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        *,
        method: str = "",
        seed: int | None = None,
        watch: bool = False,
        program: bool = False,
        probes: str = "",
    ) -> Outcome:
        """Call one export, what one returned, or a `method` of that, in the worker.

        A `program` is given its `stdin` and `args`, and returns what it wrote. Where `probes` is
        the text of a module, the function is one of its own, and what it returns is a claim.

        The worker is forked when it is first needed.
        """
        if self.alone and not holds_kept((called, args, kwargs)):
            self.end()
        began = time.monotonic()
        name = _name_of(called, method, probes)
        request: dict[str, Any] = {"export": called, "method": method, "seed": seed}
        request |= {"args": list(args), "kwargs": kwargs, "watch": watch, "program": program}
        request |= {"probes": probes}
        with self.connection.apart(), self._time.counted():
            outcome = self._load() or self._ask(name, request)
        if isinstance(outcome, Returned):
            outcome = replace(outcome, value=with_kept(outcome.value, name, self))
        seconds, given = time.monotonic() - began, self._lives.given((args, kwargs))
        about: dict[str, Any] = {"before": self._lives.of(called, given), "given": given}
        about |= {"program": program, "of": _of(called, outcome)}
        call = Call(name, args, kwargs, outcome, seconds, self._count, seed, **about)
        self._keep(called, call, is_claim=bool(probes))
        return outcome

    def repeat(self, call: Call) -> Outcome:
        """Make a call of an export again, with the seed that it had, as the first of a worker."""
        self.end()
        self._count = call.number - 1
        return self.make(call.export, call.args, call.kwargs, seed=call.seed, program=call.program)

    def _keep(self, called: str | Kept, call: Call, *, is_claim: bool) -> None:
        """Keep a call, count what came as data, and note what was done with an object."""
        self.last = call
        self.recent.append(call)
        outcome = call.outcome
        if isinstance(outcome, Returned) and not isinstance(outcome.value, Kept):
            self.claims += is_claim
            self.answers += not is_claim
        self._lives.note(called, call)

    def _load(self) -> Outcome | None:
        """Have a loaded worker; return what came of it if there is none."""
        if self._worker is None:
            try:
                connection = self.connection
                self._worker = connection.loader.fork(
                    connection.sandbox, connection.allowance, self.limits, watch=self._time.watch
                )
            except WorkerLostError as lost:
                return self._named(lost.outcome)
        return None

    def _ask(self, name: str, request: dict[str, Any]) -> Outcome:
        connection = self.connection
        exported = isinstance(request["export"], str) and not request["probes"]
        why = connection.loader.why_missing(name) if exported else None
        if why is not None:
            self.missing = ExportMissingError(why)
            raise self.missing
        if self._time.left() <= 0:
            return TimedOut(self.limits.check_seconds, "wall", "", "check")
        self._count += 1
        if request["seed"] is None:
            request["seed"] = check_seed(self.seed, str(self._count)) % 2**63
        outcome = self._within(name, request)
        if connection.loader.misses(outcome):
            outcome = self._load_more() or self._within(name, request)
        is_kept = isinstance(outcome, Returned) and holds_kept((request["export"], outcome.value))
        if is_kept and connection.loader.source.kind != "py":
            self._kept.append((name, request))
        return self._named(outcome)

    def _within(self, name: str, request: dict[str, Any]) -> Outcome:
        """Ask the worker, within its pace and what is left of the check's and submission's time."""
        assert self._worker is not None
        pace, allowance = self.connection.pace, self.connection.allowance
        own = self._worker.own(*pace.limit(name, self.limits.call_seconds))
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
        allowance = self.connection.allowance
        return allowance.used_up() if spent and allowance is not None else outcome


def _name_of(called: str | Kept, method: str, probes: str) -> str:
    """Name what is called as people read it."""
    name = called if isinstance(called, str) else f"{called.export}(…)"
    return f"{name}.{method}" if method else f"probes.{name}" if probes else name


def _of(called: str | Kept, outcome: Outcome) -> int | None:
    """Return the number of the object that a call is of, or that it made."""
    about = called if isinstance(called, Kept) else getattr(outcome, "value", None)
    return about.number if isinstance(about, Kept) else None
