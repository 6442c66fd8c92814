"""One worker, seen from the grader: send a request, wait for one answer, end it.

Every wait has a deadline, every length is checked before it is believed, and an
answer that makes no sense ends the worker. What it ends with is always an outcome.
"""

import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.assignment.limits import Limits
from grader.inside import frames
from grader.sandbox.captured_output import CapturedOutput
from grader.sandbox.card_memory import MemoryWatch
from grader.sandbox.deadline import Deadline, Earliest, Limit, OwnTime
from grader.sandbox.ending import End, broken_gpu, line_in, out_of_memory, outcome_of
from grader.sandbox.lines import Lines
from grader.sandbox.outcome import Died, Outcome, OutcomeError, Returned, TimedOut
from grader.sandbox.plain import plain_raised, plain_word
from grader.sandbox.process_handle import ProcessHandle
from grader.sandbox.waiting import Account
from grader.sandbox.wire import Wire, WireClosedError, WireTimeoutError, readable

_WHERE_SECONDS = 1.0  # who blocks the signal never answers
_END_SECONDS = 1.0  # its line closes a moment before it has ended
_PROGRESS_LIMIT = 100_000  # who is always still loading is ended
_LAST_PRINTS = 1 << 20
_MOST_DUMPED = 1 << 20  # bytes of stacks; one is a few kilobytes


@dataclass(frozen=True, slots=True)
class _Progress:
    """Not an answer yet: the statement that is being loaded."""

    at: int


class Worker:
    """A forked process behind the wall, and the descriptors that lead to it.

    ``queued`` tells how long it has waited for a core.
    ``watch`` gives the end of a worker that has taken too much since it was last asked, or None.
    ``gpu_memory`` tells of what it holds of a card, and others.
    """

    def __init__(
        self,
        lines: Lines,
        grip: ProcessHandle,
        limits: Limits,
        wait_for_end: Callable[[], End],
        watch: Callable[[], Died | None] | None = None,
        gpu_memory: MemoryWatch | None = None,
    ) -> None:
        self.prints = CapturedOutput(lines.prints)
        self.stack_dump = CapturedOutput(lines.stack_dump)
        pipes = (self.prints, self.stack_dump)
        self.wire = Wire(lines.wire, pipes, self._look, often=watch is not None)
        self.arguments, self.grip, self.limits = lines.arguments, grip, limits
        self.pid, self.pidfd = grip.pid, grip.pidfd
        self.number = 0
        self.end: End | None = None
        self._wait_for_end, self._watch, self.gpu_memory = wait_for_end, watch, gpu_memory
        self._account = Account(self.pid)
        self.queued = self._account.queued
        self._ends = contextlib.ExitStack()  # whatever interrupts it, it goes on with the rest
        for one in (grip, self._account, self.arguments, *pipes, self.wire):
            self._ends.callback(one.close)
        self._ends.callback(self._keep_prints)

    def call(
        self, export: str, args: Sequence[object], kwargs: dict[str, object], **more: object
    ) -> Outcome:
        """Call one export; whatever happens comes back as an outcome."""
        request = {"export": export, "args": list(args), "kwargs": kwargs, **more}
        return self.ask("call", request, self.limits.call_seconds)

    def ask(self, act: str, request: dict[str, Any], limit: float | Deadline) -> Outcome:
        """Make one request and wait for its answer. Raises FrameError if *we* cannot send it.

        With ``watch`` in the request the outcome says whether an argument was changed.
        """
        pieces = self.encode(act, request)
        if request.get("watch"):
            pieces = self.arguments.share(pieces)
        deadline = self.own(limit) if isinstance(limit, (int, float)) else limit
        try:
            self.send(pieces, deadline)
            outcome = self.decode(*self.receive(deadline))
        except OutcomeError as lost:
            return lost.outcome
        match outcome:
            case _Progress():
                return self._nonsense("progress where there is none").outcome
            case Returned(value, "") if request.get("watch") and self.arguments.changed():
                return Returned(value, "an argument: its bytes changed")
        return outcome

    def load(
        self, request: dict[str, Any], seconds: float, *others: Deadline
    ) -> tuple[Outcome, int]:
        """Load a submission; also returns the number of the last statement that was begun.

        ``seconds`` is for each statement that the worker announces, the other deadlines for all.
        """
        at = -1
        try:
            self.send(self.encode("load", request), Earliest((self.own(seconds), *others)))
            for _ in range(_PROGRESS_LIMIT):
                deadline = Earliest((self.own(seconds), *others))
                outcome = self.decode(*self.receive(deadline))
                if not isinstance(outcome, _Progress):
                    return outcome, at
                at = outcome.at
        except OutcomeError as lost:
            return lost.outcome, at
        self.kill()
        return Died("never finished loading"), at

    def encode(self, act: str, request: dict[str, Any]) -> list[bytes | memoryview]:
        """The bytes of one request."""
        self.number += 1
        return frames.pack({"number": self.number, "act": act, **request})

    def send(self, pieces: Sequence[bytes | memoryview], deadline: Deadline) -> None:
        """Send a request; raises OutcomeError if the worker wrote unasked, or does not read."""
        with self._lost_at(deadline):
            if self.wire.spoke():
                self.kill()
                raise OutcomeError(Died("wrote to the grader before it was asked anything"))
            self.wire.write(pieces, deadline)

    def receive(self, deadline: Deadline) -> tuple[bytearray, bytearray]:
        """One frame, header and buffers, before the deadline (one for it all), or OutcomeError."""
        with self._lost_at(deadline):
            prefix = self.wire.read(frames.LENGTHS.size, deadline)
            try:
                header, buffers = frames.lengths(prefix, buffer_limit=frames.ANSWER_LIMIT)
            except frames.FrameError as error:
                raise self._nonsense(str(error)) from error
            text = self.wire.read(header, deadline)
            return text, self.wire.read(buffers, deadline)

    def decode(self, header: bytearray, payload: bytearray) -> Outcome | _Progress:
        """The outcome in an answer to the last request; raises OutcomeError if it is none."""
        try:
            return self._outcome(frames.unpack(header, payload))
        except frames.FrameError as error:
            raise self._nonsense(str(error)) from error

    def kill(self) -> None:
        """End the worker and everything in it, at once; its end is then on record."""
        if self.end is not None:
            return
        self.queued()  # while there is a process to ask about
        self.grip.send(signal.SIGKILL)
        self.end = self._wait_for_end()

    def own(self, seconds: float, limit: Limit = "call") -> OwnTime:
        """So many seconds of its own, from now on, less what it waits for a core."""
        return OwnTime(seconds, self.queued, limit)

    def close(self) -> None:
        """End the worker, keep what it printed, and give every descriptor back."""
        self.kill()
        self._ends.close()

    def _keep_prints(self) -> None:
        while readable(self.prints.descriptor) and self.prints.drain():
            if self.prints.total >= _LAST_PRINTS:
                break

    def _outcome(self, answer: Any) -> Outcome | _Progress:  # noqa: ANN401 - what a worker sent
        number = answer.get("number") if type(answer) is dict else None
        if type(number) is not int or number != self.number:
            raise frames.FrameError("an answer to another question")
        if "value" in answer:
            return Returned(answer["value"], plain_word(answer.get("changed", ""), 200))
        about = answer.get("progress", answer.get("raised"))
        if type(about) is not dict:
            raise frames.FrameError("an answer that says nothing")
        if "progress" in answer and type(at := about.get("at")) is int:
            return _Progress(at)
        raised = plain_raised(about)
        if (memory := about.get("memory")) in ("cpu", "gpu"):
            on_gpu = memory == "gpu"
            taken = self.gpu_memory.why_short() if on_gpu and self.gpu_memory else ""
            self.kill()
            if taken:
                return Died(taken, by_others=True)
            return out_of_memory(self.limits, on_gpu=on_gpu)
        if about.get("broken") is True:
            self.kill()
            return broken_gpu(raised.message)
        return raised

    @contextlib.contextmanager
    def _lost_at(self, deadline: Deadline) -> Any:  # noqa: ANN401 - a generator
        """Turn the wire's failures into outcomes."""
        try:
            yield
        except WireTimeoutError:
            passed, where = deadline.first(), self._where()
            self.kill()
            raise OutcomeError(TimedOut(passed.seconds, "wall", where, passed.limit)) from None
        except WireClosedError:
            raise self._gone() from None

    def _look(self) -> None:
        """End a worker that stores, or tells where it is, without end; raises OutcomeError then.

        Of what it prints head and tail are kept, however much there is.
        """
        end = self._watch() if self._watch else None
        if self.stack_dump.total > _MOST_DUMPED:
            end = Died("wrote without end where only the grader's own code writes")
        if end:
            self.kill()
            raise OutcomeError(end)

    def _where(self) -> str:
        """Ask the worker's own stack dumper which line it is at: a hint, no more.

        The dump comes in many small writes, so it is read until it has named a line.
        """
        self.grip.send(signal.SIGUSR1)
        dump, where, deadline = self.stack_dump, "", time.monotonic() + _WHERE_SECONDS
        while not where and dump.total <= _MOST_DUMPED:
            if not (
                readable(dump.descriptor, max(0, deadline - time.monotonic())) and dump.drain()
            ):
                break
            where = line_in(dump)
        return where

    def _nonsense(self, reason: str) -> OutcomeError:
        self.kill()
        return OutcomeError(Died(f"sent the grader something that is no answer: {reason}"[:300]))

    def _gone(self) -> OutcomeError:
        """The worker closed its side: find out how it ended."""
        if self.end is None and not self.grip.ended(_END_SECONDS):
            self.kill()
            return OutcomeError(Died("closed its line to the grader"))
        self.kill()
        assert self.end is not None
        return OutcomeError(outcome_of(self.end, self.limits, self.prints, self.stack_dump))
