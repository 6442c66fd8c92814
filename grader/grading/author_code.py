"""Code of the assignment that runs in workers: the functions of `judge.py` and of `probes.py`.

A judge is given what a submission returned, as data, in a worker without any student's code: its
word may earn points. A probe is called in the student's worker, on what stayed there: what it says
is a claim of that process, which explains and costs points, and on which alone no point may rest.
"""

from __future__ import annotations

import ast
import re
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from grader.assignment.nearest import did_you_mean
from grader.assignment.parsing import parse_module, read_module
from grader.grading.measure import GraderFaultError
from grader.inside.frames import Handle
from grader.sandbox import ExportMissingError, Raised, Returned, TimedOut
from grader.submission.answers import describe
from grader.submission.functions import value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.sandbox import Outcome
    from grader.submission.calls import Calls

_FRAME = re.compile(r"^(\S.*), line (\d+)", re.MULTILINE)


class JudgeError(Exception):
    """A judge did not come to an answer: by what it was given, or by its own fault."""


class AuthorCode:
    """The functions of one module of the assignment; each attribute is one of them.

    Of `judge.py` and `probes.py` no line runs in the grader: the names are read from the text.
    """

    def __init__(
        self, path: Path, call: Callable[[str, tuple[Any, ...], dict[str, Any]], Any]
    ) -> None:
        self._path, self._call = path, call

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return functions_of(self._path)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._names:
            hint = did_you_mean(name, self._names)
            raise GraderFaultError(f"{self._path} defines no function {name}{hint}")
        return lambda *args, **kwargs: self._call(name, args, kwargs)


def functions_of(path: Path) -> tuple[str, ...]:
    """Return the names of a module's functions; raises AssignmentError where it is not Python."""
    found = [node.name for node in parse_module(path).body if isinstance(node, ast.FunctionDef)]
    return tuple(name for name in found if not name.startswith("_"))


def judged_by(calls: Callable[[], Calls], tell: Callable[[str], None]) -> Callable[..., Any]:
    """Return what calls a judge: its answer, or AssertionError, or JudgeError, of which we `tell`.

    A handle is no data: to be given one is the submission's fault.
    """

    def call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever it returns
        __tracebackhide__ = True
        for handle in _handles([args, kwargs]):
            raise AssertionError(f"expected data, got {describe(handle)}")
        try:
            outcome = calls().make(name, args, kwargs)
        except ExportMissingError as missing:
            raise GraderFaultError(str(missing)) from missing
        if isinstance(outcome, Returned):
            return outcome.value
        if isinstance(outcome, Raised) and outcome.is_a("AssertionError"):
            raise AssertionError(outcome.message or f"judge.{name} does not hold")
        said = _described(name, outcome)
        tell(said)
        raise JudgeError(said)

    return call


def probed_by(calls: Callable[[], Calls], path: Path) -> Callable[..., Any]:
    """Return what calls a probe in the submission's own worker."""

    def call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever it returns
        __tracebackhide__ = True
        return value_of(calls().make(name, args, kwargs, probes=read_module(path)))

    return call


def _described(name: str, outcome: Outcome) -> str:
    match outcome:
        case Raised(kind, message, traceback):
            place = _FRAME.findall(traceback)
            where = f"judge.py:{place[-1][1]}" if place else f"judge.{name}"
            return f"{where} raised {kind}: {message}"
        case TimedOut(seconds, where=at):
            return f"judge.{name} did not answer within {seconds:.3g} s" + (
                f", at {at}" if at else ""
            )
    return f"judge.{name}: its worker {getattr(outcome, 'reason', 'was lost')}"


def _handles(value: object) -> Iterator[Handle]:
    if isinstance(value, Handle):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _handles(item)
    elif isinstance(value, dict):
        yield from _handles(list(value.values()))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _handles([getattr(value, f.name) for f in fields(value)])
