"""What a worker says of its loading: bounded like all that comes from there, and a hint, no more.

Whoever reads it looks for causes and names in it. So it may hold as much as an honest worker tells
(`grader/inside/running.py`), and some more; what is longer or of another form is no report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec

Words = Annotated[str, msgspec.Meta(max_length=2000)]
Names = Annotated[tuple[Words, ...], msgspec.Meta(max_length=500)]
_MOST_ENTRIES = msgspec.Meta(max_length=200)


@dataclass(frozen=True)
class SyntaxProblem:
    """Why a ``.py`` could not be compiled."""

    line: int | None = None
    text: Words = ""
    message: Words = ""
    newer: Words = ""


@dataclass(frozen=True)
class Failed:
    """A statement that stopped, and the names that it leaves undefined.

    The ``file`` is named where it is another than the first of several.
    """

    at: int = -1
    cell: int = 0
    line: int = 0
    names: Names = ()
    error: Words = ""
    outlived: bool = False
    file: Words = ""


@dataclass(frozen=True)
class LeftOut:
    """A statement of a notebook that is not run when it is graded; ``lacking`` if it is needed."""

    cell: int = 0
    line: int = 0
    what: Words = ""
    names: Names = ()
    lacking: bool = False


@dataclass(frozen=True)
class Costly:
    """A statement that takes its time whenever the notebook is loaded."""

    cell: int = 0
    line: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Ran:
    """What running a source found."""

    syntax_error: SyntaxProblem | None = None
    failed: Annotated[tuple[Failed, ...], _MOST_ENTRIES] = ()
    left_out: Annotated[tuple[LeftOut, ...], _MOST_ENTRIES] = ()
    costly: Annotated[tuple[Costly, ...], _MOST_ENTRIES] = ()
    names: Names = ()
    stand_ins: Names = ()


@dataclass(frozen=True)
class FoundExport:
    """What became of an export: whether it can be called, what it takes, or why it is not there.

    Of several files ``module`` is the one that it is in, where that is not the first.
    """

    there: bool
    arguments: Names = ()
    written: Words = ""
    why: Words = ""
    module: Words = ""


@dataclass(frozen=True)
class LoadReport:
    """What loading found; every word of it comes from the worker, so it is a hint."""

    exports: dict[str, FoundExport]
    report: Ran


def read_load_report(value: object) -> LoadReport | None:
    """Read what a worker says of its loading; None if that makes no sense."""
    try:
        return msgspec.convert(value, LoadReport)
    except msgspec.ValidationError:
        return None
