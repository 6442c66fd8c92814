"""One grading, in a process of its own that was forked for it: read, run the checks, tell, end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.assignment.needs import with_needs
from grader.course.archives import is_starter, unpack
from grader.course.contents import key_of
from grader.course.engines.jobs import Message, encode
from grader.course.entries import look_into
from grader.course.labels import is_archive
from grader.grading.devices import open_gradings
from grader.grading.handed import load_submission
from grader.grading.one_device import MISUSES
from grader.reports.record import render_json
from grader.source.encoding import CannotReadError
from grader.source.handin import MisuseError, Source, Unreadable, read_handin
from grader.source.nofollow import LinkError, open_folder, read_file
from grader.text import clean_line, clean_path

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from grader.course.engines.jobs import Job
    from grader.grade.result import CheckResult, Grade
    from grader.grading.options import GradingOptions
    from grader.plugin.session import CollectedSuite
    from grader.sandbox.opened import Sandbox

_CHANGED = (
    "{} is not what it was when the class was read: give the command again, and see that every "
    "machine that grades has the same files there"
)
_STARTER = "This is the starter, or differs from it in nothing that runs."


def grade_one(
    suite: CollectedSuite, job: Job, sandbox: Sandbox, options: GradingOptions, line: socket.socket
) -> None:
    """Grade one submission and say what it came to, or why it came to nothing, on a line.

    Where somebody else ended a worker of its own it is graded once more, and that counts.
    """
    try:
        last = _grade(suite, job, sandbox, options, line)
        if sandbox.zygote.robbed:
            last = _grade(suite, job, sandbox, options, line)
    except (MisuseError, *MISUSES) as problem:
        above = f"{clean_path(str(job.place.parent))}/"
        last = Message(problem=clean_line(str(problem).replace(above, ""), 500))
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is told, and no grade
        last = Message(fault=clean_line(f"{type(fault).__name__}: {fault}", 500))
    finally:
        sandbox.close()
    line.sendall(encode(last))


def _grade(
    suite: CollectedSuite, job: Job, sandbox: Sandbox, options: GradingOptions, line: socket.socket
) -> Message:
    if job.key and _key_now(job, sandbox) != job.key:
        return Message(fault=_CHANGED.format(clean_path(job.path)))
    if job.given is None:
        source = read_submission(job.place, job.file, sandbox)
    else:
        source = read_handin(job.path, job.given, sandbox.assignment.accepts)

    def tell(check: CheckResult) -> None:
        line.sendall(encode(Message(check=check)))

    given = {"sandbox": sandbox, "source": source}
    gradings = open_gradings(sandbox.assignment, options, tell, **given)
    try:
        checks = with_needs(sandbox.assignment.needs, job.select)
        grade = suite.run(gradings, checks, until_lost=job.until_lost)
    finally:
        gradings.close()
    notices = (_STARTER,) if _is_starter(grade, source, sandbox) else ()
    text = render_json(grade, instructor=options.instructor).decode()
    return Message(grade=text, notices=notices)


def _key_now(job: Job, sandbox: Sandbox) -> str:
    try:
        return key_of(job.place, job.file, sandbox.assignment.files)
    except (OSError, LinkError):
        return ""


def read_submission(path: Path, file: str, sandbox: Sandbox) -> Source | Unreadable:
    """Read what a student handed in, under the name that the student gave it; or MisuseError."""
    accepts = sandbox.assignment.accepts
    if path.is_dir():
        path, file = look_into(path), ""
    if is_archive(file or path.name) and not path.is_dir():
        return unpack(path, accepts, sandbox)
    if not file or sandbox.assignment.files:
        return load_submission(sandbox.assignment, path)
    name = clean_path(file)
    try:
        with open_folder(path) as (folder, held):
            return read_handin(file, read_file(held, folder), accepts)
    except CannotReadError as error:
        return Unreadable(name, "", f"{name} {error}.")
    except LinkError as error:
        raise MisuseError(f"{name} is a link, and no link is graded") from error
    except OSError as error:
        raise MisuseError(f"{name} cannot be read: {error.strerror}") from error


def _is_starter(grade: Grade, source: Source | Unreadable, sandbox: Sandbox) -> bool:
    """Whether this is the starter, which earns nothing: so only that is looked at."""
    if isinstance(source, Unreadable) or grade.score > 0:
        return False
    return is_starter(source, sandbox.assignment, sandbox)
