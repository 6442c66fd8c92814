"""Loading: a fresh worker with a submission in it, and what is known about names that are not."""

from __future__ import annotations

import re
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox import Died, Outcome, Raised, Returned, TimedOut, Worker, WorkerLostError
from grader.submission.allowance import LOADING
from grader.submission.gaps import (
    describe_costs,
    describe_lacking,
    describe_syntax,
    describe_undefined,
)
from grader.submission.load_report import FoundExport, LoadReport, read_load_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.assignment.folder import Assignment
    from grader.assignment.limits import Limits
    from grader.sandbox.deadline import Deadline
    from grader.sandbox.opened import Sandbox
    from grader.source.handin import Source
    from grader.submission.allowance import Allowance

_WHOLE = 8  # times the limit of one statement is the limit of a whole notebook
_SKIPS = 3
_AGAIN = 2  # times their limits, for what fitted once: whether it does is decided once
FREE = 2  # times the submission's time is what loading it again may take, uncounted
_UNDEFINED = re.compile(r"name '(\w{1,100})' is not defined")
_LACKED = re.compile("OutOfMemoryError|out of memory")
_UNLOADED = "did not load: what its worker said about it makes no sense"


class Loader:
    """Loads one source into any number of workers, and remembers what it must not try again.

    ``also`` are names that a call missed although a statement that was left out binds them.
    """

    def __init__(self, source: Source, assignment: Assignment, *, reference: bool) -> None:
        self.source, self.assignment, self.reference = source, assignment, reference
        self.report: LoadReport | None = None
        self.skip: set[int] = set()
        self.also: set[str] = set()
        self.lost: WorkerLostError | None = None
        self._ended = self._again = 0
        self._free = FREE * assignment.limits.submission_seconds

    def fork(
        self,
        sandbox: Sandbox,
        allowance: Allowance | None = None,
        limits: Limits | None = None,
        *,
        watch: Callable[[Worker], None] | None = None,
        deadline: Deadline | None = None,
    ) -> Worker:
        """A worker with the submission loaded. Raises WorkerLostError if loading ended it.

        Who has to `watch` it is given it before.

        A statement of a notebook that ended or outlived its worker is left out the next
        time; a ``.py`` is one statement, so what it did once is not tried again. The reference is:
        it is known to load, and was late on a machine that was too busy.
        """
        while self.lost is None:
            outcome, at, worker = self._load(sandbox, allowance, limits, watch, deadline)
            known = len(self.skip)
            if isinstance(outcome, Returned) and self._keep(outcome.value):
                self._require_memory(worker)
                if len(self.skip) == known or self._again >= _SKIPS:
                    return worker
                self._again += 1
                worker.close()  # what was stopped half-way is left out in every check alike
                continue
            worker.close()
            lost = outcome if isinstance(outcome, (TimedOut, Died)) else Died(_UNLOADED)
            match lost:
                case TimedOut(limit="submission" | "race") | Died(by_others=True):
                    raise WorkerLostError(lost)
            if self.source.kind == "py" or at < 0 or self._ended >= _SKIPS:
                if self.reference and isinstance(lost, TimedOut):
                    raise WorkerLostError(lost)
                self.lost = WorkerLostError(lost)
            else:
                self._ended += 1
                self.skip.add(at)
        raise self.lost

    def mark(self) -> Callable[[], None]:
        """Return what has all be forgotten that is learnt from now on."""
        kept = {**vars(self), "skip": {*self.skip}, "also": {*self.also}}
        return lambda: vars(self).update(kept)

    def misses(self, outcome: Outcome) -> bool:
        """Whether a call missed a name that a statement left out would bind: load it as well."""
        missed = _UNDEFINED.match(outcome.message) if isinstance(outcome, Raised) else None
        if missed is None or self.report is None or missed[1] in self.also:
            return False
        left_out = self.report.report.left_out
        if self.assignment.notebook != "needed" or not any(missed[1] in e.names for e in left_out):
            return False
        self.also.add(missed[1])
        return True

    def why_missing(self, name: str) -> str | None:
        """Why there is no such export, in a sentence; None if it is there or nothing is loaded."""
        found = self.found(name)
        if self.report is None or found.there:
            return None
        where, ran = self.source.name, self.report.report
        if ran.syntax_error:
            return describe_syntax(where, ran.syntax_error)
        nowhere = f"{where} defines no {name}"
        if self.source.modules:
            *some, last = self.source.code
            nowhere = f"neither {', '.join(some)} nor {last} defines {name}"
        return found.why or self.why_undefined(name) or nowhere

    def found(self, name: str) -> FoundExport:
        """What became of an export, as far as it is known."""
        exports = self.report.exports if self.report else {}
        return exports.get(name, FoundExport(there=False))

    def why_undefined(self, name: str) -> str | None:
        """Which statement would have defined a name, had it been run; None if there is none."""
        if self.report is None or name in self.report.report.names:
            return None
        return describe_undefined(self.source.name, self.report.report, name)

    def what_lacks(self) -> str | None:
        """What of the source stopped or was left out, and may be why an answer is not right."""
        if self.report is None or self.source.kind == "py":
            return None
        told = describe_lacking(self.source.name, self.report.report)
        return f"this may matter: {'; '.join(told)}" if told else None

    def _load(
        self,
        sandbox: Sandbox,
        allowance: Allowance | None,
        limits: Limits | None,
        watch: Callable[[Worker], None] | None,
        deadline: Deadline | None,
    ) -> tuple[Outcome, int, Worker]:
        one, whole = self._seconds()
        with allowance.apart() if allowance else nullcontext():
            worker = self._bare(sandbox, limits)
        if watch is not None:
            watch(worker)
        if allowance is None:
            others = (worker.own(whole), *((deadline,) if deadline else ()))
            return (*worker.load(self._request(), one, *others), worker)
        allowance.watch(worker)
        free = self.report is not None and self._free > 0
        began = time.monotonic()
        with allowance.apart() if free else nullcontext():
            loaded = worker.load(self._request(), one, worker.own(whole), allowance)
        if free:
            self._free -= time.monotonic() - began
        else:
            allowance.charge(self._described_loading(), time.monotonic() - began)
        return (*loaded, worker)

    def _bare(self, sandbox: Sandbox, limits: Limits | None) -> Worker:
        reference = self.assignment.reference
        private = (str(reference.parent),) if self.reference and reference else ()
        limits = limits or self.assignment.limits
        handed = sum(len(file.data) for file in self.source.files)
        limits = replace(limits, scratch=limits.scratch + handed)  # what lies beside takes no room
        return sandbox.zygote.fork(limits, private)

    def _request(self) -> dict[str, Any]:
        assignment, source = self.assignment, self.source
        again = 1 if self.report is None else _AGAIN
        limit = assignment.limits.load_seconds if source.kind == "ipynb" else 0  # none from inside
        home = assignment.reference.parent if self.reference and assignment.reference else None
        return {
            "kind": source.kind,
            "name": source.name,
            "cells": [(cell.number, cell.text, list(cell.tags)) for cell in source.cells],
            "asides": [(cell.kind, cell.number, cell.text) for cell in source.asides],
            "mode": assignment.notebook,
            "statement_seconds": limit * again,
            "all_seconds": self._all_seconds() * again,
            "also": sorted(self.also),
            "files": [(file.name, np.frombuffer(file.data, np.uint8)) for file in source.laid_out],
            "modules": list(source.modules),
            "linked": {held.name: str(held.folder)} if (held := assignment.public_data) else {},
            "exports": list(assignment.exports),
            "path": [str(assignment.public)],
            "packages": [str(home)] if home and (home / "__init__.py").is_file() else [],
            "skip": sorted(self.skip),
        }

    def _all_seconds(self) -> float:
        """Own time of all statements of a notebook, such that all loads fit into what is free."""
        limits, checks = self.assignment.limits, len(self.assignment.points)
        return min(limits.load_seconds, FREE * limits.submission_seconds / max(1, checks))

    def _seconds(self) -> tuple[float, float]:
        """Seconds for one statement, from outside, and for all of them.

        From inside they are seconds of its own; from outside twice as much is waited for. A .py is
        ended from outside alone, or what it lost would hang on whose clock was first.
        """
        one = self.assignment.limits.load_seconds
        if self.source.kind == "py":
            return one, one
        one = one if self.report is None else _AGAIN * one
        return 2 * one + 1, _WHOLE * one

    def _described_loading(self) -> str:
        costs = describe_costs(self.source.name, self.report.report) if self.report else ""
        return f"{LOADING} ({costs})" if costs else LOADING

    def _require_memory(self, worker: Worker) -> None:
        """Raise WorkerLostError where a statement lacked what others hold of a card."""
        assert self.report is not None
        lacked = any(_LACKED.search(failed.error) for failed in self.report.report.failed)
        if lacked and worker.gpu_memory and (taken := worker.gpu_memory.why_short()):
            worker.close()
            raise WorkerLostError(Died(taken, by_others=True))

    def _keep(self, value: object) -> bool:
        """Keep what the worker says of its loading; False if that makes no sense."""
        report = read_load_report(value)
        if report is None:
            return False
        self.report = report
        self.skip |= {failed.at for failed in self.report.report.failed if failed.outlived}
        return True
