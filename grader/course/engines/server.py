"""The process that forks a grading for each job: all that is ours is in it, and nothing of theirs.

It collects the suite, with torch and what the suite imports of the reference, and opens the wall
once. It never reads a submission: its forks do. They die with it, and it ends with the engine, or
by SIGTERM, as when all processes of a job are ended; of what it made it leaves nothing behind.
Before the first fork it has no second thread, so that a fork can be nobody's lock holder.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import os
import signal
import socket
import sys
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.assignment.seed import choose_seed
from grader.course.engines.edits import Edits
from grader.course.engines.grade_one import grade_one
from grader.course.engines.jobs import EDITED, Job, Message, Order, Settings, encode
from grader.grading.devices import open_gradings
from grader.grading.machine import require_device
from grader.grading.one_device import MISUSES
from grader.grading.options import GradingOptions
from grader.grading.versions import find_versions
from grader.inside.large_pages import join_pages
from grader.inside.system import die_with_parent
from grader.plugin.profile import seed_generators
from grader.plugin.session import CollectedSuite, with_suite
from grader.sandbox import GpuUnusableError, IsolationError
from grader.sandbox.opened import Sandbox
from grader.sandbox.wire import readable
from grader.source.handin import Source
from grader.source.notebook import Cell

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment

MESSAGE = 1 << 16
_PATIENCE = 20  # times the seconds of a submission: its own, and what it waits for a core
_RACE_SECONDS = 3600
_REAP_SECONDS = 1.0
_USERS = 999  # in the largest range of users that workers are given (confine.py)
_STEPS = (1, 3, 9, 27, 37, 111, 333)  # what divides it: jobs side by side share no user


@dataclass(frozen=True)
class Server:
    """Forks a grading for each job that comes on a socket, with the descriptor of its answer.

    With one more descriptor comes the submission, where it lies nowhere.
    """

    control: socket.socket
    assignment: Assignment
    options: GradingOptions
    sandbox: Sandbox
    jobs: int
    edits: Edits
    forks: dict[int, int] = field(default_factory=dict)
    """The process of each job that has not ended, by the job's number."""

    def serve(self, suite: CollectedSuite) -> None:
        """Fork until the socket closes, or the engine ends this process."""
        if len(list(Path("/proc/self/task").iterdir())) != 1:
            raise RuntimeError("the suite's modules start threads, and no process is forked then")
        _warm(self.assignment)
        _ = suite.hooks.grading.draws  # so that its key is had once
        gc.collect()
        gc.freeze()
        join_pages()
        self.edits.watch()
        told = {"ready": self.sandbox.level, "memory": str(self.assignment.limits.memory)}
        told["made from"] = self.edits.made_from
        self.control.send(msgspec.json.encode(told))
        try:
            for turn in count():
                self._wait()
                data, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE, 2)
                if not data:
                    return
                order = msgspec.json.decode(data, type=Order)
                if order.begin is not None:
                    self._fork(suite, order.begin, descriptors, turn)
                elif process := self.forks.get(order.end):
                    os.kill(process, signal.SIGKILL)
        finally:
            self._end_all()

    def _wait(self) -> None:
        """Wait for what is told, and meanwhile for the forks that have ended."""
        self._reap()
        while not readable(self.control.fileno(), _REAP_SECONDS if self.forks else None):
            self._reap()

    def _reap(self) -> None:
        for number, process in list(self.forks.items()):
            if os.waitpid(process, os.WNOHANG)[0]:
                del self.forks[number]

    def _end_all(self) -> None:
        for process in self.forks.values():
            os.kill(process, signal.SIGKILL)
        for process in self.forks.values():
            os.waitpid(process, 0)

    def _fork(self, suite: CollectedSuite, job: Job, descriptors: list[int], turn: int) -> None:
        step = next(step for step in _STEPS if step >= self.jobs)
        numbers = count(turn * 1000 * _USERS + job.slot, step)
        sandbox, parent = self.sandbox.connect(numbers), os.getpid()
        if process := os.fork():
            self.forks[job.number] = process
            sandbox.close()
            for descriptor in descriptors:
                os.close(descriptor)
            return
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            die_with_parent()
            signal.alarm(_bound(self.assignment, suite, job))
            if os.getppid() != parent:
                os._exit(1)
            self.control.close()
            self.sandbox.zygote.control.close()
            answer, *given = descriptors
            if given:
                with os.fdopen(given[0], "rb") as file:
                    job = replace(job, given=file.read())
            with socket.socket(fileno=answer) as line:
                if self.edits.were_made():
                    line.sendall(encode(Message(fault=EDITED)))
                else:
                    grade_one(suite, job, sandbox, _options_of(job, self.options), line)
        finally:
            os._exit(0)


def _options_of(job: Job, options: GradingOptions) -> GradingOptions:
    """Return the choices of one grading: those of all, but for what its job says of its own."""
    return replace(
        options,
        hangs=job.hangs,
        seed=options.seed if job.seed is None else job.seed,
        share=job.share,
        role="reference" if job.reference else "submission",
    )


def _warm(assignment: Assignment) -> None:
    """Import and look up, here and once, what each fork would else do for itself.

    numpy's generators and the frames of tensors are imported when they are first used.
    """
    seed_generators(0)
    if "torch" in sys.modules:
        importlib.import_module("grader.inside.tensors")
    find_versions(assignment.limits.threads)


def _bound(assignment: Assignment, suite: CollectedSuite, job: Job) -> int:
    """Seconds of the wall's after which the kernel ends a grading that hangs by a fault of ours.

    Far more than any takes, on a machine however busy: its own limits end a submission long before.
    """
    races = len(set(job.select or assignment.points) & suite.hooks.grading.suite.timed)
    return int(_PATIENCE * assignment.limits.submission_seconds) + races * _RACE_SECONDS


def main() -> None:
    """Serve the engine on the socket whose number is the argument; tell it what fails."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _settle_signals()
    settings = msgspec.json.decode(control.recv(MESSAGE), type=Settings)
    try:
        _start(control, settings)
    except KeyboardInterrupt:
        return
    except (IsolationError, RuntimeError, *MISUSES) as problem:
        kind = "wall" if isinstance(problem, IsolationError) else "failed"
        if isinstance(problem, (GpuUnusableError, *MISUSES)):
            kind = "misuse"
        with contextlib.suppress(OSError):  # nobody hears it
            control.send(msgspec.json.encode({kind: str(problem)[: MESSAGE // 2]}))


def _settle_signals() -> None:
    """Have signals do as they do in a shell, whatever the host of the engine has blocked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # with which the kernel bounds a grading
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _start(control: socket.socket, settings: Settings) -> None:
    edits = Edits(settings.assignment)
    assignment = edits.assignment
    if settings.fresh is not None:
        assignment = replace(assignment, fresh=settings.fresh)
    options = GradingOptions(
        seed=settings.seed,
        device="cuda" if settings.device == "cuda" else "cpu",
        isolation=settings.isolation,
        allow_unsafe=settings.allow_unsafe,
        instructor=settings.instructor,
        data=Path(settings.data) if settings.data else None,
        patient=settings.patient,
    )
    require_device(options.device)  # before the wall, which would be blamed for a missing card
    os.chdir(assignment.folder)
    sandbox = Sandbox.start(
        assignment,
        level=settings.isolation,
        device=options.device,
        allow_unsafe=settings.allow_unsafe,
        hash_seed=choose_seed(assignment, settings.seed).for_check("hashes"),
    )
    server = Server(control, assignment, options, sandbox, settings.jobs, edits)
    try:
        nothing = Source("nothing.py", hashlib.sha256(b"").hexdigest(), "py", (Cell(0, ""),))
        gradings = open_gradings(assignment, options, sandbox=sandbox, source=nothing)
        with_suite(gradings, server.serve)
    finally:
        sandbox.close()


if __name__ == "__main__":
    main()
