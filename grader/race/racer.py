"""A racer in a sandbox: one worker, called, timed from outside, and frozen between its turns."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from statistics import median
from typing import TYPE_CHECKING, Any

from grader.race import messages
from grader.race.calibrate import MachineBusyError, RaceError
from grader.race.clock import Clock, CpuClock, Instant, Kind, WallClock
from grader.race.core import Core, pin
from grader.race.freeze import freeze, thaw
from grader.race.lap import Run
from grader.sandbox import (
    Died,
    ExportMissingError,
    Raised,
    Returned,
    StartTimeoutError,
    SubmissionRaisedError,
    TimedOut,
    Worker,
    WorkerLostError,
)
from grader.sandbox.deadline import Moment
from grader.sandbox.outcome import OutcomeError, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.race.gpu import GpuWatch
    from grader.race.workload import Arguments, Ask, Workload
    from grader.sandbox.opened import Sandbox
    from grader.sandbox.outcome import Outcome
    from grader.submission.client import Client

_IDLE_ROUNDS = 7
_NOTHING = Instant(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Track:
    """What all racers of one race have in common.

    ``notes`` collects what went unlike the plan; ``watch`` judges a GPU before each lap.
    """

    workload: Workload
    core: Core
    kind: Kind
    notes: list[str] = field(default_factory=list)
    watch: GpuWatch | None = None

    def note(self, text: str) -> None:
        """Keep a remark, once."""
        if text not in self.notes:
            self.notes.append(text)


class BoxRacer:
    """One worker of a submission or of the reference; it is forked when first asked to run."""

    def __init__(self, client: Client, export: str, sandbox: Sandbox, track: Track) -> None:
        self.client, self.export, self.sandbox, self.track = client, export, sandbox, track
        self.is_reference = client.role == "reference"
        self.worker: Worker | None = None
        self._clock: Clock = WallClock()
        self._idle = _NOTHING
        self._freezes = not self.is_reference

    def run(self, batch: Sequence[Arguments]) -> Run:
        """Answer the questions of a batch, one after another.

        Raises SubmissionRaisedError or WorkerLostError for the submission, RaceError for the
        reference, and MachineBusyError where that is late or a worker does not start in time.
        """
        is_first = self.worker is None
        try:
            return self._run(batch)
        except StartTimeoutError as late:
            raise MachineBusyError(messages.late_start(str(late))) from late
        except (OutcomeError, SubmissionRaisedError, WorkerLostError) as error:
            if is_first and self.client.loader.misses(error.outcome):
                self.close()
                return self.run(batch)
            if self.is_reference:
                raise _end_of_reference(error.outcome) from error
            if isinstance(error, OutcomeError):
                raise WorkerLostError(error.outcome) from error
            raise

    def close(self) -> None:
        """End the worker."""
        if self.worker is not None:
            self._thaw(self.worker)
            self.worker.close()
            self.worker = None

    def _run(self, batch: Sequence[Arguments]) -> Run:
        worker = self._ready_worker()
        workload = self.track.workload
        calls = [list(arguments) for arguments in batch]
        if workload.before is not None:
            calls = [list(workload.before(self._ask, arguments)) for arguments in batch]
        watched = self.track.watch if self.is_reference else None
        spoiled = watched.inspect() if watched else ""
        requests = [{"export": self.export, "args": args, "kwargs": {}} for args in calls]
        spent, answers = self._timed("call", requests)
        if workload.after is not None:
            answers, more = self._finish(workload.after, batch, answers)
            spent = spent.plus(more)
        if self._freezes:
            self._freeze(worker)
        return Run(tuple(answers), spent, spoiled)

    def _finish(
        self,
        after: Callable[[Ask, Arguments, Any], Any],
        batch: Sequence[Arguments],
        answers: list[Any],
    ) -> tuple[list[Any], Instant]:
        """Turn each answer into the one to check; what is asked for that counts as well.

        Or a submission could put its work off until then.
        """
        spent = [_NOTHING]

        def ask(export: str, *args: object, seed: int = 0) -> Any:  # noqa: ANN401 - any answer
            request = {"export": export, "args": list(args), "kwargs": {}, "seed": seed}
            cost, (value,) = self._timed("call", [request])
            spent.append(cost)
            return value

        pairs = zip(batch, answers, strict=True)
        finished = [after(ask, arguments, answer) for arguments, answer in pairs]
        return finished, reduce(Instant.plus, spent)

    def _ready_worker(self) -> Worker:
        worker = self.worker
        if worker is None:
            return self._start()
        if self._freezes:
            self._thaw(worker)
        return worker

    def _start(self) -> Worker:
        """Fork, load, pin, make steady, and time a request for nothing."""
        worker = self.worker = self.client.spawn(self.sandbox)
        missing = self.client.loader.why_missing(self.export)
        if missing is not None:
            raise ExportMissingError(missing)
        try:
            pin(worker.pid, self.track.core.number)
        except OSError as error:
            self.track.note(messages.no_pin(error.strerror or str(error)))
        if self.track.kind == "cpu":
            self._clock = CpuClock(worker.pid)
        self._demand("steady", {})
        self._idle = self._cost_of_nothing()
        return worker

    def _cost_of_nothing(self) -> Instant:
        costs = [self._timed("nothing", [{}])[0] for _ in range(_IDLE_ROUNDS)]
        cpu = [cost.cpu for cost in costs if cost.cpu is not None]
        return Instant(median(cost.wall for cost in costs), median(cpu) if cpu else None, 0.0)

    def _idle_for(self, requests: int) -> Instant:
        """What so many requests for nothing cost, and on the CPU account the barrier after them."""
        # The account of one such request holds two: itself and its barrier.
        cpu = None if self._idle.cpu is None else self._idle.cpu * (requests + 1) / 2
        return Instant(self._idle.wall * requests, cpu, 0.0)

    def _timed(self, act: str, requests: Sequence[dict[str, Any]]) -> tuple[Instant, list[Any]]:
        """Make requests, each after the answer to the one before, and time them all together.

        One at a time, or the whole batch could be answered at a better price than its calls.
        The wall stops when the last byte of an answer has arrived. The CPU account is read again
        after one more round trip, so that it is complete, and so that what is done after
        answering counts. What as many requests for nothing cost is taken off.
        """
        self._demand("collect", {})
        worker, seconds = self._working(), self._working().limits.call_seconds
        wall, values = 0.0, []
        before = self._read_clock()
        for request in requests:
            pieces = worker.encode(act, request)
            began, deadline = time.perf_counter(), Moment(seconds)
            worker.send(pieces, deadline)
            frame = worker.receive(deadline)
            wall += time.perf_counter() - began
            values.append(self._value(worker.decode(*frame)))
        self._demand("nothing", {})
        after = self._read_clock().since(before)
        spent = Instant(wall, after.cpu, after.queued)
        return spent.less(self._idle_for(len(requests))), values

    def _read_clock(self) -> Instant:
        try:
            return self._clock.read()
        except OSError as error:
            raise WorkerLostError(Died("ended its process after it had answered")) from error

    def _ask(self, export: str, *args: object, seed: int = 0) -> Any:  # noqa: ANN401 - any answer
        request = {"export": export, "args": list(args), "kwargs": {}, "seed": seed}
        return self._demand("call", request)

    def _demand(self, act: str, request: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
        worker = self._working()
        return self._value(worker.ask(act, request, worker.limits.call_seconds))

    def _value(self, outcome: Outcome | object) -> Any:  # noqa: ANN401 - as above
        match outcome:
            case Returned(value):
                return value
            case Raised() as raised:
                raise SubmissionRaisedError(raised)
            case lost:
                raise WorkerLostError(lost)  # type: ignore[arg-type]  # all that is left of an outcome

    def _working(self) -> Worker:
        assert self.worker is not None
        return self.worker

    def _freeze(self, worker: Worker) -> None:
        try:
            freeze(worker.pidfd, worker.pid)
        except ProcessLookupError:
            return
        except OSError as error:
            self._freezes = False
            self.track.note(messages.no_freeze(error.strerror or str(error)))

    def _thaw(self, worker: Worker) -> None:
        with suppress(OSError):
            thaw(worker.pidfd)


def _end_of_reference(outcome: Outcome) -> RaceError | MachineBusyError:
    """What it means that the reference did not answer: it is right, so it is rarely to blame."""
    match outcome:
        case TimedOut(seconds, "wall"):
            return MachineBusyError(messages.late_reference(seconds))
        case TimedOut(seconds):
            return RaceError(messages.reference_exhausted(seconds))
        case _:
            return RaceError(messages.reference_ended(describe(outcome)))
