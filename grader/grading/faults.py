"""A fault of the assignment's own code in one line: file and line, what it is, what was meant.

Nothing here blames: `verdicts` has found that the fault is not a submission's.
"""

from __future__ import annotations

import builtins
import re
import sys
from typing import TYPE_CHECKING

from grader.assignment.nearest import did_you_mean
from grader.grading.author_code import JudgeError
from grader.grading.counterexample import traces
from grader.grading.measure import GraderFaultError
from grader.race.errors import RaceError
from grader.sandbox.outcome import Raised, TimedOut
from grader.submission.client import Submission
from grader.text import clean_ends

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from grader.assignment.folder import Assignment

FIXTURES = (
    *("submission", "reference", "measure", "race", "check_seed", "seed_for"),
    *("device", "parameters", "data_path", "public_data", "shared", "judge", "probes"),
)
_LONGEST = 600
_FRAME = re.compile(r"^(\S.*), line (\d+)", re.MULTILINE)
_NOT_IMPORTED = re.compile(r"cannot import name '(\w+)'")


def describe_fault(error: BaseException, assignment: Assignment, otherwise: str = "") -> str:
    """Say where an error came from in an assignment, what it is, and which name was meant.

    `otherwise` is the place of an error that went through no line of the assignment's.
    """
    place = find_error_place(error, assignment) or otherwise
    said = f"{describe_error(error)}{_hint(error, assignment)}"
    return f"{place}: {said}" if place else said


def describe_error(error: BaseException) -> str:
    """Say what an error is: its kind and its words, or only the words where the kit wrote them."""
    name = getattr(error, "argname", None)
    if type(error).__name__ == "FixtureLookupError" and name:
        return f"there is no fixture {name!r}"
    said = str(error.msg if isinstance(error, SyntaxError) else error)
    ours = isinstance(error, GraderFaultError | JudgeError | RaceError)
    kind = "" if ours else f"{type(error).__name__}: "
    return clean_ends(kind + said, _LONGEST)


def find_error_place(error: BaseException, assignment: Assignment) -> str:
    """Return the file and line of the assignment's at which an error, or its first cause, arose."""
    homes = [assignment.folder, *([assignment.reference.parent] if assignment.reference else [])]
    for cause in reversed(list(_causes(error))):
        if isinstance(cause, SyntaxError) and _lies_in(cause.filename or "", homes):
            return f"{cause.filename}:{cause.lineno or 1}"
        for trace in reversed(list(traces(cause))):
            if _lies_in(path := trace.tb_frame.f_code.co_filename, homes):
                return f"{path}:{trace.tb_lineno}"
    return ""


def find_outcome_place(outcome: object, assignment: Assignment) -> str:
    """Return the file and line of the reference at which an outcome of it came about, if known."""
    match outcome:
        case Raised(traceback=text) if found := _FRAME.findall(text):
            name, line = found[-1]
        case TimedOut(where=where) if ":" in where:
            name, _, line = where.rpartition(":")
        case _:
            return ""
    path = assignment.reference and assignment.reference.with_name(name)
    return f"{path if path and path.is_file() else name}:{line}"


def is_never_an_answers(error: BaseException) -> bool:
    """Whether an error is one that no answer of a submission's can bring about in a check."""
    if isinstance(error, AttributeError):
        return isinstance(error.obj, Submission)
    if isinstance(error, SyntaxError):  # of an answer that a check parses there is no file
        return not (error.filename or "<").startswith("<")
    return isinstance(error, NameError | ImportError)


def _lies_in(path: str, homes: Iterable[Path]) -> bool:
    return any(path.startswith(f"{home}/") for home in homes)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _hint(error: BaseException, assignment: Assignment) -> str:
    name, known = _unknown_name(error, assignment)
    return did_you_mean(name, known) if name else ""


def _unknown_name(error: BaseException, assignment: Assignment) -> tuple[str, Collection[str]]:
    """Return the name that an error did not know, and those among which it was looked for."""
    found: tuple[str, Collection[str]] = getattr(error, "argname", None) or "", FIXTURES
    match error:
        case ModuleNotFoundError(name=str(name)):
            siblings = {path.stem for path in assignment.folder.rglob("*.py")}
            found = name.rpartition(".")[2], siblings | sys.stdlib_module_names | {*sys.modules}
        case ImportError(name=str(module)) if wanted := _NOT_IMPORTED.match(str(error)):
            found = wanted[1], dir(sys.modules.get(module))
        case AttributeError(name=str(name), obj=owner):
            found = name, dir(owner)
        case NameError(name=str(name)):
            *_, trace = traces(error)
            frame = trace.tb_frame
            found = name, {*frame.f_locals, *frame.f_globals, *dir(builtins)}
        case KeyError(args=[str(name)]):
            found = name, assignment.parameters.keys()
    return found
