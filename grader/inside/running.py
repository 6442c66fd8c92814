"""One run of a source: a step at a time, each with its limit, and what there is to tell of it."""

import ast
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import Any, Literal

from . import alarm
from .traceback_text import clip, error_line, error_text

Mode = Literal["needed", "definitions", "all"]
Report = Callable[[dict[str, Any]], None]
NAME_LIMIT = 500
_ENTRY_LIMIT = 200
_LEAST_SECONDS = 0.25
_COSTLY_SECONDS, _MOST_COSTLY = 0.2, 5
_SKIPPED = "no result in time, or the end of the process that it ran in"


@dataclass(frozen=True)
class RunPlan:
    """What is to be run, and how long it may take.

    ``wanted`` are the names that must be there in the end; ``seconds`` of its own a statement may
    take, ``all_seconds`` all of a notebook; ``skip`` are the steps that are left out, since one of
    them ended the process or outlived its time before; ``local`` the modules handed in beside it,
    and ``modules`` those of them in which exports are looked for.
    """

    mode: Mode = "needed"
    wanted: tuple[str, ...] = ()
    seconds: float = 10.0
    all_seconds: float = 10.0
    skip: frozenset[int] = frozenset()
    local: frozenset[str] = frozenset()
    modules: tuple[str, ...] = ()


class SkippedError(Exception):
    """Stands for what was not run on another try."""


class NoRoomError(Exception):
    """Stands for what does not fit into the time of all statements."""


class SourceRun:
    """One run of one source, and what it has to tell."""

    def __init__(self, name: str, plan: RunPlan, module: ModuleType, report: Report) -> None:
        self.name, self.plan, self.module, self.report = name, plan, module, report
        self.flags, self.spent = 0, 0.0
        self.syntax_error: dict[str, Any] | None = None
        self.failed: list[dict[str, Any]] = []
        self.left_out: list[dict[str, Any]] = []
        self._costs: list[tuple[float, int, int]] = []

    def step(
        self, at: int, cell: int, line: int, act: Callable[[], object]
    ) -> BaseException | None:
        """Announce a step and take it, within its time and what is left of the time of all."""
        plan = self.plan
        if at in plan.skip:
            return SkippedError(_SKIPPED)
        limit = min(plan.seconds, max(self._left(), self._least())) if cell else plan.seconds
        self.report({"at": at, "cell": cell, "line": line})
        began = alarm.own_seconds()
        error = alarm.run_within(limit, act)
        seconds = alarm.own_seconds() - began
        self.spent += seconds
        self._costs.append((seconds, cell, line))
        return NoRoomError() if type(error) is alarm.Overtime and limit < plan.seconds else error

    def _left(self) -> float:
        return self.plan.all_seconds - self.spent

    def _least(self) -> float:
        """What a step gets when nothing is left: time to define something, not to train."""
        return _LEAST_SECONDS if -self._left() < self.plan.all_seconds else _LEAST_SECONDS / 10

    def compile(
        self, source: str | ast.AST, filename: str, kind: str = "exec", more: int = 0
    ) -> CodeType:
        """Compile a piece of the student's source, with no word about its warnings."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code: CodeType = compile(source, filename, kind, self.flags | more, dont_inherit=True)  # type: ignore[arg-type] # trees of all kinds
        return code

    def words(self, error: BaseException) -> str:
        """Say why a step has no result."""
        if type(error) is alarm.Overtime:
            return f"no result after {self.plan.seconds:g} s"
        if type(error) is NoRoomError:
            return f"no room in the {self.plan.all_seconds:g} s that all statements may take"
        return error_text(error)[1] if type(error) is SkippedError else error_line(error, 300)

    def fail(
        self,
        at: int,
        cell: int,
        line: int,
        names: list[str],
        statement: str,
        error: str,
        *,
        outlived: bool = False,
        file: str = "",
    ) -> None:
        """Note a step that stopped, of another file than the first, and the names it leaves out."""
        if len(self.failed) < _ENTRY_LIMIT:
            entry = {"at": at, "cell": cell, "line": line, "names": clipped(names)}
            told = {"statement": statement, "error": error, "outlived": outlived}
            self.failed.append({**entry, **told, **({"file": file} if file else {})})

    def leave_out(
        self, cell: int, line: int, what: str, names: list[str], *, lacking: bool = False
    ) -> None:
        """Note what is not run, the names that it would bind, and whether an export needs it."""
        if len(self.left_out) < _ENTRY_LIMIT:
            entry = {"cell": cell, "line": line, "what": clip(what, 120), "lacking": lacking}
            self.left_out.append({**entry, "names": clipped(names)})

    def costly(self) -> list[dict[str, Any]]:
        """The steps that took longest, if it was long."""
        most = sorted(cost for cost in self._costs if cost[0] >= _COSTLY_SECONDS and cost[1])
        return [
            {"cell": cell, "line": line, "seconds": round(seconds, 2)}
            for seconds, cell, line in most[: -_MOST_COSTLY - 1 : -1]
        ]


def line_of_text(text: str, number: int) -> str:
    """Give one line of a text, clipped; "" where there is none."""
    lines = text.split("\n", number)
    return clip(lines[number - 1].strip(), 120) if 0 < number <= len(lines) else ""


def clipped(names: list[str]) -> list[str]:
    """Give names that are not too many nor too long."""
    return [clip(name, 100) for name in names[:NAME_LIMIT]]
