"""A racer in a sandbox: one worker, called, timed from outside, and frozen between its turns."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from grader.race import messages
from grader.race.clock import Clock, CpuClock, Instant, Kind, WallClock
from grader.race.core import Core, pin
from grader.race.errors import MachineBusyError, RaceError, TimeUpError
from grader.race.freeze import freeze, thaw
from grader.race.lap import Run, Unusable
from grader.sandbox import (
    Died,
    ExportMissingError,
    StartTimeoutError,
    SubmissionRaisedError,
    TimedOut,
    Worker,
    WorkerLostError,
)
from grader.sandbox.deadline import Deadline, Earliest, Moment
from grader.sandbox.outcome import OutcomeError, describe
from grader.submission.functions import value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.race.gpu import GpuWatch
    from grader.race.workload import Arguments, Workload
    from grader.sandbox.opened import Sandbox
    from grader.sandbox.outcome import Outcome
    from grader.submission.client import Client


@dataclass(frozen=True, slots=True)
class Track:
    """What all racers of one race have in common.

    ``deadline`` is that of the whole race; ``notes`` collects what went unlike the plan; ``watch``
    judges a GPU before each lap.
    """

    workload: Workload
    core: Core
    kind: Kind
    deadline: Deadline
    notes: list[str] = field(default_factory=list)
    watch: GpuWatch | None = None

    def note(self, text: str) -> None:
        """Keep a remark, once."""
        if text not in self.notes:
            self.notes.append(text)


class BoxRacer:
    """One worker of a submission or of the reference; it is forked when first asked to run.

    Between its turns it is stopped by the kernel. Its account is read while it is stopped, before a
    turn and after it, so that nothing which it does in between is left out of it, whatever it is
    asked for and whichever of its threads does it; and nothing is taken off.
    """

    def __init__(
        self, client: Client, export: str, sandbox: Callable[[], Sandbox], track: Track
    ) -> None:
        self.client, self.export, self.sandbox, self.track = client, export, sandbox, track
        self.is_reference = client.role == "reference"
        self.worker: Worker | None = None
        self._clock: Clock = WallClock()
        self._stopped_at = Instant(0.0)
        self._freezes = True
        self.ask = _Ask(self)

    def run(self, batch: Sequence[Arguments]) -> Run:
        """Answer the questions of a batch, one after another.

        Raises SubmissionRaisedError or WorkerLostError for the submission, RaceError for the
        reference, MachineBusyError where that is late or a worker does not start in time, and
        TimeUpError where the race's time runs out.
        """
        is_first = self.worker is None
        try:
            return self._run(batch)
        except StartTimeoutError as late:
            raise MachineBusyError(messages.too_busy(str(late))) from late
        except (OutcomeError, SubmissionRaisedError, WorkerLostError) as error:
            if is_first and self.client.loader.misses(error.outcome):
                self.close()
                return self.run(batch)
            outcome = error.outcome
            if isinstance(outcome, TimedOut) and outcome.limit == "race":
                raise TimeUpError from error
            if self.is_reference:
                raise _end_of_reference(outcome) from error
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
        worker = self.worker or self._start()
        watched = self.track.watch if self.is_reference else None
        spoiled = watched.inspect() if watched else ""
        began = replace(self._read_clock(), cpu=self._stopped_at.cpu)
        self._thaw(worker)
        answers = self._answer(batch)
        self._stop(worker)
        return Run(tuple(answers), self._stopped_at.since(began), spoiled)

    def _answer(self, batch: Sequence[Arguments]) -> list[Any]:
        """Put the questions one at a time, so that none is answered cheaper in company.

        Garbage is collected before the first of them and never between them, where a submission
        could train in the collector's name.
        """
        self.demand("collect", {})
        return [self._answer_one(question) for question in batch]

    def _answer_one(self, question: Arguments) -> Any:  # noqa: ANN401 - any answer
        workload, answer = self.track.workload, None
        try:
            asked = workload.before(self.ask, question) if workload.before else question
            answer = self.ask(self.export, *asked)
            return workload.after(self.ask, question, answer) if workload.after else answer
        except (OutcomeError, SubmissionRaisedError):
            raise
        except Exception as error:  # noqa: BLE001 - a hostile value may raise anything
            return Unusable(answer, error)

    def _start(self) -> Worker:
        """Fork, load, make steady, and stop; all its threads are pinned while they stand still."""
        worker = self.worker = self.client.spawn(self.sandbox(), self.track.deadline)
        missing = self.client.loader.why_missing(self.export)
        if missing is not None:
            raise ExportMissingError(missing)
        if self.track.kind == "cpu":
            self._clock = CpuClock(worker.pid)
        self.demand("steady", {})
        self._stop(worker)
        try:
            pin(worker.pid, self.track.core.number)
        except OSError as error:
            self.track.note(messages.no_pin(error.strerror or str(error)))
        return worker

    def _stop(self, worker: Worker) -> None:
        """Freeze the worker, and read its clocks when nothing of it runs any more."""
        if self._freezes:
            self._freeze(worker)
        self._stopped_at = self._read_clock()

    def _read_clock(self) -> Instant:
        try:
            return self._clock.read()
        except OSError as error:
            raise WorkerLostError(Died("ended its process after it had answered")) from error

    def demand(self, act: str, request: dict[str, Any]) -> Any:  # noqa: ANN401 - any answer
        """Make one request of the worker, within a call's time and the race's."""
        worker = self._working()
        limits = Moment(worker.limits.call_seconds), self.track.deadline
        return value_of(worker.ask(act, request, Earliest(limits)))

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


@dataclass(frozen=True, slots=True)
class _Ask:
    """What a workload may want of a racer's worker."""

    racer: BoxRacer

    def __call__(self, export: str, *args: object, seed: int | None = None) -> Any:  # noqa: ANN401 - any answer
        request: dict[str, Any] = {"export": export, "args": list(args), "kwargs": {}}
        return self.racer.demand("call", request if seed is None else request | {"seed": seed})

    def fill(self, model: object, values: Sequence[Any]) -> None:
        self.racer.demand("fill", {"model": model, "values": list(values)})


def _end_of_reference(outcome: Outcome) -> RaceError | MachineBusyError:
    """What it means that the reference did not answer: it is right, so it is rarely to blame."""
    match outcome:
        case TimedOut(seconds, "wall"):
            return MachineBusyError(messages.late_reference(seconds))
        case Died(reason, by_others=True):
            return MachineBusyError(messages.too_busy(reason))
        case TimedOut(seconds):
            return RaceError(messages.reference_exhausted(seconds))
        case _:
            return RaceError(messages.reference_ended(describe(outcome)))
