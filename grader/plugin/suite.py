"""The suite as text: its checks in order, their sentences, and what it names its arguments.

Read with `ast` from our own modules, never imported, so that the rubric is compared
with what the suite defines and not with what a command line selected.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from grader.assignment import AssignmentError, compare_rubric

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.assignment import Assignment


@dataclass(frozen=True)
class Check:
    """One test function: its name, the sentence that a student reads, and where it is."""

    name: str
    sentence: str
    hidden: bool


@dataclass(frozen=True)
class Module:
    """One module of checks, parsed; the module of hidden checks may be absent."""

    path: Path
    hidden: bool
    tree: ast.Module

    @cached_property
    def checks(self) -> list[Check]:
        """The test functions at the top of the module, in order."""
        return [
            Check(node.name, _sentence(node), self.hidden)
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]

    @cached_property
    def asserts(self) -> list[ast.Assert]:
        """Every assert statement of the module."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.Assert)]

    def problems(self) -> Iterator[str]:
        """Yield what keeps this module from being a suite."""
        for check in self.checks:
            if not check.sentence:
                yield f"{self.path}: {check.name} needs a docstring: the sentence a student reads"
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
                yield f"{self.path}:{node.lineno}: a check is a function, not a class {node.name}"


@dataclass(frozen=True)
class Suite:
    """The checks of an assignment, public ones first, as the modules have them."""

    modules: tuple[Module, ...]

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """All checks, in the order in which they are reported."""
        return tuple(check for module in self.modules for check in module.checks)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The modules' files."""
        return tuple(module.path for module in self.modules)

    def find_assert(self, path: str, line: int) -> ast.Assert | None:
        """Return the assert statement at a line of one of the modules."""
        for module in self.modules:
            if str(module.path) == path:
                return next((a for a in module.asserts if a.lineno <= line <= _end(a)), None)
        return None

    def argument_names(self, export: str) -> tuple[str, ...]:
        """Return what the suite calls the arguments of an export, "" where it gives no name."""
        for module in self.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and _is_call_of(node, export):
                    return tuple(_name(argument) for argument in node.args)
        return ()


def load_suite(assignment: Assignment) -> Suite:
    """Read the modules of an assignment and hold them against its `[points]`.

    Raises AssignmentError with a line for each disagreement.
    """
    places = ((assignment.suite, False), (assignment.hidden_suite, True))
    modules = tuple(
        Module(path, hidden, _parse(path, path.stat().st_mtime_ns))
        for path, hidden in places
        if path.is_file()
    )
    names = {
        hidden: [check.name for m in modules if m.hidden is hidden for check in m.checks]
        for hidden in (False, True)
    }
    problems = [problem for module in modules for problem in module.problems()]
    problems += compare_rubric(assignment, names[False], names[True])
    if problems:
        raise AssignmentError("\n".join(problems))
    return Suite(modules)


@lru_cache(maxsize=16)
def _parse(path: Path, _changed: int) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), str(path))
    except SyntaxError as error:
        raise AssignmentError(f"{path}:{error.lineno}: {error.msg}") from error


def _sentence(node: ast.FunctionDef) -> str:
    return " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())


def _is_call_of(node: ast.Call, export: str) -> bool:
    of = node.func
    if isinstance(of, ast.Attribute) and of.attr == "outcome":
        of = of.value
    return (
        isinstance(of, ast.Attribute)
        and of.attr == export
        and isinstance(of.value, ast.Name)
        and of.value.id in ("submission", "reference")
    )


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
