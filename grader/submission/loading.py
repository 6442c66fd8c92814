"""Loading: a fresh worker with a submission in it, and what is known about names that are not."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from grader.sandbox import Died, Outcome, Returned, TimedOut, Worker, WorkerLostError
from grader.sandbox.deadline import Moment
from grader.submission.allowance import LOADING

if TYPE_CHECKING:
    from grader.assignment.folder import Assignment
    from grader.sandbox.deadline import Deadline
    from grader.sandbox.opened import Sandbox
    from grader.source.handin import Source
    from grader.submission.allowance import Allowance

_WHOLE = 4  # times the limit of one statement is the limit of a whole notebook
_SKIPS = 3
_UNLOADED = "did not load: what its worker said about it makes no sense"


@dataclass(frozen=True)
class SyntaxProblem:
    """Why a ``.py`` could not be compiled."""

    line: int | None = None
    text: str = ""
    message: str = ""


@dataclass(frozen=True)
class Failed:
    """A statement that stopped, and the names that it leaves undefined."""

    at: int = -1
    cell: int = 0
    line: int = 0
    names: tuple[str, ...] = ()
    error: str = ""
    outlived: bool = False


@dataclass(frozen=True)
class LeftOut:
    """A statement of a notebook that is not run when it is graded."""

    cell: int = 0
    line: int = 0
    what: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ran:
    """What running a source found."""

    syntax_error: SyntaxProblem | None = None
    failed: tuple[Failed, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadReport:
    """What loading found; every word of it comes from the worker, so it is a hint."""

    exports: dict[str, bool]
    report: Ran


class Loader:
    """Loads one source into any number of workers, and remembers what it must not try again."""

    def __init__(self, source: Source, assignment: Assignment, *, reference: bool) -> None:
        self.source, self.assignment, self.reference = source, assignment, reference
        self.report: LoadReport | None = None
        self.skip: set[int] = set()
        self.lost: WorkerLostError | None = None

    def fork(
        self,
        sandbox: Sandbox,
        allowance: Allowance | None = None,
        deadline: Deadline | None = None,
    ) -> Worker:
        """A worker with the submission loaded. Raises WorkerLostError if loading ended it.

        A statement of a notebook that ended or outlived its worker is left out the next
        time; a ``.py`` is one statement, so what it did once is not tried again. The reference is:
        it is known to load, and was late on a machine that was too busy.
        """
        while self.lost is None:
            outcome, at, worker = self._load(sandbox, allowance, deadline)
            if isinstance(outcome, Returned) and self._keep(outcome.value):
                return worker
            worker.close()
            lost = outcome if isinstance(outcome, (TimedOut, Died)) else Died(_UNLOADED)
            if isinstance(lost, TimedOut) and lost.limit in ("submission", "race"):
                raise WorkerLostError(lost)
            if self.source.kind == "py" or at < 0 or len(self.skip) >= _SKIPS:
                if self.reference and isinstance(lost, TimedOut):
                    raise WorkerLostError(lost)
                self.lost = WorkerLostError(lost)
            else:
                self.skip.add(at)
        raise self.lost

    def why_missing(self, name: str) -> str | None:
        """Why there is no such export, in a sentence; None if it is there or nothing is loaded."""
        if self.report is None or self.report.exports.get(name):
            return None
        where, ran = self.source.name, self.report.report
        if ran.syntax_error:
            return f"{where} is not Python: {_described(ran.syntax_error)}"
        return self.why_undefined(name) or f"{where} defines no {name}"

    def why_undefined(self, name: str) -> str | None:
        """Which statement would have defined a name, had it been run; None if there is none."""
        if self.report is None or name in self.report.report.names:
            return None
        where, ran = self.source.name, self.report.report
        for failed in ran.failed:
            if name in failed.names:
                place = _place(where, failed)
                return f"{name} is not defined: {place} stopped with {failed.error}"
        for left_out in ran.left_out:
            if name in left_out.names:
                place = _place(where, left_out)
                return f"{name} is not defined: {place} was left out ({left_out.what})"
        return None

    def _load(
        self, sandbox: Sandbox, allowance: Allowance | None, deadline: Deadline | None
    ) -> tuple[Outcome, int, Worker]:
        one, whole = self._seconds()
        if allowance is None:
            worker = self._bare(sandbox)
            others = (Moment(whole), *((deadline,) if deadline else ()))
            return (*worker.load(self._request(), one, *others), worker)
        with allowance.apart():
            worker = self._bare(sandbox)
        allowance.watch(worker)
        began = time.monotonic()
        loaded = worker.load(self._request(), one, Moment(whole), allowance)
        allowance.charge(LOADING, time.monotonic() - began)
        return (*loaded, worker)

    def _bare(self, sandbox: Sandbox) -> Worker:
        reference = self.assignment.reference
        private = (str(reference.parent),) if self.reference and reference else ()
        return sandbox.zygote.fork(self.assignment.limits, private)

    def _request(self) -> dict[str, Any]:
        assignment, source = self.assignment, self.source
        home = assignment.reference.parent if self.reference and assignment.reference else None
        return {
            "kind": source.kind,
            "name": source.name,
            "cells": [(cell.number, cell.text, list(cell.tags)) for cell in source.cells],
            "mode": assignment.notebook,
            "statement_seconds": assignment.limits.load_seconds,
            "exports": list(assignment.exports),
            "path": [str(assignment.public)],
            "packages": [str(home)] if home and (home / "__init__.py").is_file() else [],
            "skip": sorted(self.skip),
        }

    def _seconds(self) -> tuple[float, float]:
        """Seconds for one statement, from outside, and for all of them."""
        one = self.assignment.limits.load_seconds
        return (one, one) if self.source.kind == "py" else (one + 1, _WHOLE * one)

    def _keep(self, value: object) -> bool:
        """Keep what the worker says of its loading; False if that makes no sense."""
        try:
            self.report = msgspec.convert(value, LoadReport)
        except msgspec.ValidationError:
            return False
        self.skip |= {failed.at for failed in self.report.report.failed if failed.outlived}
        return True


def _described(error: SyntaxProblem) -> str:
    where = f" in line {error.line}" if error.line else ""
    quoted = f", `{error.text}`" if error.text else ""
    return f"{error.message}{where}{quoted}. Until that is put right, nothing in the file counts."


def _place(name: str, entry: Failed | LeftOut) -> str:
    return (
        f"{name} cell {entry.cell}, line {entry.line}"
        if entry.cell
        else f"{name} line {entry.line}"
    )
