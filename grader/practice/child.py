"""The process in which practice without a wall runs: warm until a job comes, gone when it is done.

Its argument is the folder in which what is tried may write. It reads lines on standard input, the
assignment's folder and one job, and writes messages. What is tried here may do as it likes with
this process: what it says is practice, and no grade.
"""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from grader.assignment.folder import load_assignment
from grader.assignment.needs import with_needs
from grader.course.engines.jobs import Job, Message, encode
from grader.grading.devices import open_gradings
from grader.grading.one_device import MISUSES
from grader.grading.options import GradingOptions
from grader.plugin.session import CollectedSuite, with_suite
from grader.practice.in_process import InProcessServer, LocalZygote
from grader.practice.place import Place
from grader.practice.refusals import PracticeRefusedError, require_nothing_hidden
from grader.reports.record import render_json
from grader.sandbox.opened import Sandbox
from grader.source.handin import MisuseError, Source
from grader.source.notebook import Cell
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.assignment.folder import Assignment
    from grader.grade.result import CheckResult

READY = b"ready\n"
GRACE_SECONDS = 2.0
"""So long, and its own time again, a call may ignore that its time is over; then all ends."""


@contextlib.contextmanager
def ending_process(seconds: float) -> Iterator[None]:
    """End the process, with its stack on standard error, where a call outlives its time by far."""
    faulthandler.dump_traceback_later(2 * seconds + GRACE_SECONDS, exit=True, file=2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def main() -> None:
    """Collect the suite of the assignment that is named, say so, and grade the job that comes."""
    tempfile.tempdir = sys.argv[1]  # it ends in the middle: who started it removes what is left
    words, told = _lines_of_our_own()
    folder = Path(words.readline().decode().strip())
    try:
        assignment = load_assignment(folder)
        require_nothing_hidden(assignment)
        os.chdir(folder)
        make_server = partial(InProcessServer, sys.argv[1])
        sandbox = Sandbox(LocalZygote(make_server, guard=ending_process), assignment)
        nothing = Source("nothing.py", hashlib.sha256(b"").hexdigest(), "py", (Cell(0, ""),))
        gradings = open_gradings(assignment, GradingOptions(), sandbox=sandbox, source=nothing)
        with_suite(gradings, lambda suite: _serve(suite, sandbox, words, told))
    except (PracticeRefusedError, RuntimeError, *MISUSES) as problem:
        told.write(encode(Message(problem=str(problem))))
        told.flush()


def _lines_of_our_own() -> tuple[IO[bytes], IO[bytes]]:
    """Return standard input and output by other numbers.

    What is tried finds nothing to read, and what it prints goes where errors go.
    """
    words, told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - it is no file
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return words, told


def _serve(suite: CollectedSuite, sandbox: Sandbox, words: IO[bytes], told: IO[bytes]) -> None:
    told.write(READY)
    told.flush()
    if not (line := words.readline()):
        return
    job = msgspec.json.decode(line, type=Job)
    os.chdir(sys.argv[1])
    try:
        last = _grade(suite, job, sandbox.assignment, sandbox, told)
    except (MisuseError, *MISUSES) as problem:
        last = Message(problem=clean_line(str(problem), 500))
    told.write(encode(last))
    told.flush()
    os._exit(0)  # what was tried may have left threads behind


def _grade(
    suite: CollectedSuite, job: Job, assignment: Assignment, sandbox: Sandbox, told: IO[bytes]
) -> Message:
    source = Place(assignment, Path(job.path)).read()

    def tell(check: CheckResult) -> None:
        told.write(encode(Message(check=check)))
        told.flush()

    gradings = open_gradings(assignment, GradingOptions(), tell, sandbox=sandbox, source=source)
    try:
        grade = suite.run(gradings, with_needs(assignment.needs, job.select))
    finally:
        gradings.close()
    return Message(grade=render_json(grade, instructor=True).decode())


if __name__ == "__main__":
    main()
