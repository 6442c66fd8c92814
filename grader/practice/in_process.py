"""A worker that is no process: functions are asked here, by the same code and the same frames.

Arguments and answers are packed and unpacked as on their way through the wall, so a check sees what
it would see of a grade: data, and handles for the rest. What is not there is the wall.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.inside import alarm, frames
from grader.inside.modules import HandedIn
from grader.inside.worker import CallServer
from grader.practice.apart import Printed, interrupts, own_generators, printing_into
from grader.practice.refusals import PRACTICE
from grader.practice.settings import settings_in_force
from grader.sandbox.deadline import Deadline, Limit, OwnTime
from grader.sandbox.levels import Level
from grader.sandbox.outcome import OutcomeError, TimedOut
from grader.sandbox.worker import Worker
from grader.sandbox.zygote_client import ZygoteClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from grader.assignment.limits import Limits

_LINE = re.compile(r"^(\S.{0,200}), line (\d{1,7}), in ", re.MULTILINE)


class InProcessServer(CallServer):
    """Answers requests in the process that makes them; `overtime` is where the last ran late.

    What is loaded works in a `folder` of its own, where no other check has left anything, and by
    `settings` of its own.
    """

    def __init__(self, scratch: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(-1, -1)
        self.settings = {**(settings or {})}
        self.folder = Path(tempfile.mkdtemp(dir=scratch)).resolve()
        self._where = self.folder
        self.overtime: str | None = None

    def answer(self, pieces: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
        """Return the frame of the answer to the frame of a request."""
        whole = bytearray(b"".join(pieces))
        head = frames.LENGTHS.size
        header, _ = frames.LENGTHS.unpack(whole[:head])
        text, payload = whole[head : head + header], whole[head + header :]
        request = frames.unpack(text, payload, self._named, self._fetch, self.device)
        answer = self._answer(request)
        self.overtime = _where_overtime(answer)
        try:
            return frames.pack(answer, self._keep)
        except frames.TooMuchError as much:
            stays = {**answer, "value": self._keep(answer["value"], str(much))}
            return frames.pack(stays, self._keep)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Stand in its folder meanwhile, or wherever the last request went; have its settings."""
        before = Path.cwd()
        os.chdir(self._where if self._where.is_dir() else self.folder)
        try:
            with settings_in_force(self.settings):
                yield
        finally:
            with contextlib.suppress(OSError):  # it took its folder away
                self._where = Path.cwd()
            os.chdir(before)

    def _reply(self, answer: dict[str, Any]) -> None:
        """Tell nobody how far loading is: nobody waits elsewhere."""


class PlainArguments:
    """Arguments that lie nowhere but in their frame."""

    def share(self, pieces: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
        """Send everything."""
        return [*pieces]

    def changed(self) -> bool:
        """Leave it to what is looked at in the process."""
        return False


class LocalWorker(Worker):
    """Asks a server here, within limits of time; `guard(seconds)` ends what ignores them."""

    def __init__(
        self,
        limits: Limits,
        server: InProcessServer,
        guard: Callable[[float], AbstractContextManager[None]],
    ) -> None:
        self.limits, self.server, self.number, self.pid = limits, server, 0, -1
        self.prints: Any = Printed()
        self.arguments: Any = PlainArguments()
        self.queued = lambda: 0.0
        self._guard, self._answer = guard, b""
        self._before = (sys.path[:], sys.meta_path[:], sys.modules.get("__main__"))

    def send(self, pieces: Sequence[bytes | memoryview], deadline: Deadline) -> None:
        """Have a request answered; raises OutcomeError if that takes too long."""
        first, seconds = deadline.first(), deadline.left()
        if seconds <= 0:  # no limit is what 0 would be
            raise OutcomeError(TimedOut(first.seconds, "wall", "", first.limit))
        said: list[list[bytes | memoryview]] = []
        with (
            self._guard(seconds),
            own_generators(),
            printing_into(self.prints),
            self.server.at_work(),
            interrupts() as came,
        ):
            late = alarm.run_within(seconds, lambda: said.append(self.server.answer(pieces)))
        if came:
            raise KeyboardInterrupt
        if isinstance(late, alarm.Overtime):
            raise OutcomeError(TimedOut(first.seconds, "wall", "", first.limit))
        if late is not None:
            raise late
        self._answer = b"".join(said[0])
        if deadline.left() <= 0 and (where := self.server.overtime) is not None:
            raise OutcomeError(TimedOut(first.seconds, "wall", where, first.limit))

    def receive(self, deadline: Deadline) -> tuple[bytearray, bytearray]:  # noqa: ARG002 - it is there already
        """Return the header and the buffers of the answer."""
        header, _ = frames.LENGTHS.unpack(self._answer[: frames.LENGTHS.size])
        rest = bytearray(self._answer[frames.LENGTHS.size :])
        return rest[:header], rest[header:]

    def own(self, seconds: float, limit: Limit = "call") -> OwnTime:
        """So many seconds from now on."""
        return OwnTime(seconds, lambda: 0.0, limit)

    def kill(self) -> None:
        """Leave it be: what runs is this process."""

    def close(self) -> None:
        """Forget the module, those handed in beside it, and where it had others looked for."""
        sys.path[:], sys.meta_path[:], main = self._before
        if main is not None:
            sys.modules["__main__"] = main
        module = self.server.module
        if sys.modules.get(module.__name__) is module and module is not main:
            del sys.modules[module.__name__]
        for name, other in [*sys.modules.items()]:
            loader = getattr(other, "__loader__", None)
            if isinstance(loader, HandedIn) and Path(loader.folder) == self.server.folder:
                del sys.modules[name]


class LocalZygote(ZygoteClient):
    """Gives workers that are no processes, each with a server of its own."""

    def __init__(
        self,
        make_server: Callable[[], InProcessServer],
        guard: Callable[[float], AbstractContextManager[None]] = lambda _: contextlib.nullcontext(),
    ) -> None:
        self.level, self._make, self._guard = Level(PRACTICE), make_server, guard
        self.pid, self._numbers = -1, count(1)

    def fork(
        self,
        limits: Limits,
        private: tuple[str, ...] = (),  # noqa: ARG002 - there is nothing to show or to hide
        profile: str | None = None,  # noqa: ARG002 - likewise
    ) -> LocalWorker:
        """Return a worker with nothing loaded."""
        return LocalWorker(limits, self._make(), self._guard)

    def close(self) -> None:
        """Have nothing to end."""


def _where_overtime(answer: dict[str, Any]) -> str | None:
    """Return the student's line at which an answer says that time ran out; None if it does not."""
    raised = answer.get("raised")
    if raised is None or raised["kind"] != alarm.Overtime.__name__:
        return None
    places = _LINE.findall(raised["traceback"])
    return f"{places[-1][0]}:{places[-1][1]}" if places else ""
