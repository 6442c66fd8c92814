"""The process that forks a grading for each job: all that is ours is in it, and nothing of theirs.

It collects the suite, with torch and what the suite imports of the reference, and opens the wall
once. It never reads a submission: its forks do. They die with it, and it dies with the engine.
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
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.assignment.folder import load_assignment
from grader.assignment.seed import choose_seed
from grader.assignment.suite import load_suite
from grader.course.engines.grade_one import grade_one
from grader.course.engines.jobs import Job, Settings
from grader.grading.devices import open_gradings
from grader.grading.one_device import MISUSES
from grader.grading.options import GradingOptions
from grader.grading.versions import find_versions
from grader.inside.large_pages import join_pages
from grader.inside.system import die_with_parent
from grader.plugin.profile import seed_generators
from grader.plugin.session import Suite, with_suite
from grader.sandbox import IsolationError
from grader.sandbox.opened import Sandbox
from grader.source.handin import Source
from grader.source.notebook import Cell

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment

MESSAGE = 1 << 16
_PATIENCE = 20  # times the seconds of a submission: its own, and what it waits for a core
_RACE_SECONDS = 3600
_USERS = 999  # in the largest range of users that workers are given (confine.py)
_STEPS = (1, 3, 9, 27, 37, 111, 333)  # what divides it: jobs side by side share no user


@dataclass(frozen=True)
class Server:
    """Forks a grading for each job that comes on a socket, with the descriptor of its answer."""

    control: socket.socket
    assignment: Assignment
    options: GradingOptions
    sandbox: Sandbox
    jobs: int

    def serve(self, suite: Suite) -> None:
        """Fork until the socket closes, or the engine ends this process."""
        if len(list(Path("/proc/self/task").iterdir())) != 1:
            raise RuntimeError("the suite's modules start threads, and no process is forked then")
        _warm(self.assignment)
        _ = suite.hooks.grading.draws  # so that its key is had once
        gc.collect()
        gc.freeze()
        join_pages()
        told = {"ready": self.sandbox.level, "memory": str(self.assignment.limits.memory)}
        self.control.send(msgspec.json.encode(told))
        for turn in count():
            data, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE, 1)
            if not data:
                return
            _reap()
            self._fork(suite, msgspec.json.decode(data, type=Job), descriptors[0], turn)

    def _fork(self, suite: Suite, job: Job, descriptor: int, turn: int) -> None:
        step = next(step for step in _STEPS if step >= self.jobs)
        numbers = count(turn * 1000 * _USERS + job.slot, step)
        sandbox, parent = self.sandbox.connect(numbers), os.getpid()
        if os.fork():
            sandbox.close()
            os.close(descriptor)
            return
        try:
            die_with_parent()
            signal.alarm(_bound(self.assignment, job))
            if os.getppid() != parent:
                os._exit(1)
            self.control.close()
            self.sandbox.zygote.control.close()
            with socket.socket(fileno=descriptor) as line:
                grade_one(suite, job, sandbox, replace(self.options, hangs=job.hangs), line)
        finally:
            os._exit(0)


def _warm(assignment: Assignment) -> None:
    """Import and look up, here and once, what each fork would else do for itself.

    numpy's generators and the frames of tensors are imported when they are first used.
    """
    seed_generators(0)
    if "torch" in sys.modules:
        importlib.import_module("grader.inside.tensors")
    find_versions(assignment.limits.threads)


def _bound(assignment: Assignment, job: Job) -> int:
    """Seconds of the wall's after which the kernel ends a grading that hangs by a fault of ours.

    Far more than any takes, on a machine however busy: its own limits end a submission long before.
    """
    races = len(set(job.select or assignment.points) & load_suite(assignment).timed)
    return int(_PATIENCE * assignment.limits.submission_seconds) + races * _RACE_SECONDS


def _reap() -> None:
    """Wait for the forks that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main() -> None:
    """Serve the engine on the socket whose number is the argument; tell it what fails."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = msgspec.json.decode(control.recv(MESSAGE), type=Settings)
    try:
        _start(control, settings)
    except (IsolationError, RuntimeError, *MISUSES) as problem:
        control.send(msgspec.json.encode({"failed": str(problem)[: MESSAGE // 2]}))


def _start(control: socket.socket, settings: Settings) -> None:
    assignment = load_assignment(settings.assignment)
    options = GradingOptions(
        seed=settings.seed,
        device="cuda" if settings.device == "cuda" else "cpu",
        isolation=settings.isolation,
        allow_unsafe=settings.allow_unsafe,
        instructor=True,
        data=Path(settings.data) if settings.data else None,
        patient=settings.patient,
    )
    os.chdir(assignment.folder)
    sandbox = Sandbox.start(
        assignment,
        level=settings.isolation,
        device=options.device,
        allow_unsafe=settings.allow_unsafe,
        hash_seed=choose_seed(assignment, settings.seed).for_check("hashes"),
    )
    server = Server(control, assignment, options, sandbox, settings.jobs)
    try:
        nothing = Source("nothing.py", hashlib.sha256(b"").hexdigest(), "py", (Cell(0, ""),))
        gradings = open_gradings(assignment, options, sandbox=sandbox, source=nothing)
        with_suite(gradings, server.serve)
    finally:
        sandbox.close()


if __name__ == "__main__":
    main()
