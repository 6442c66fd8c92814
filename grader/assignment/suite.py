"""The suite as text: its checks in order, their sentences, and what it names its arguments.

Read with `ast` from our own modules, never imported, so that the rubric is compared
with what the suite defines and not with what a command line selected.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment.agreement import compare_limits, compare_needs, compare_rubric
from grader.assignment.check import Check
from grader.assignment.folder import AssignmentError
from grader.assignment.parsing import parse_text, read_module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.assignment.folder import Assignment


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
            Check(node.name, _sentence(node), self.hidden, f"{self.path}:{node.lineno}", grows)
            for node in self._functions
            for grows in [any(map(_is_growth, ast.walk(node)))]
        ]

    @property
    def _functions(self) -> list[ast.FunctionDef]:
        functions = (node for node in self.tree.body if isinstance(node, ast.FunctionDef))
        return [node for node in functions if node.name.startswith("test_")]

    @cached_property
    def problems(self) -> list[str]:
        """What keeps this module from being a suite."""
        return list(self._problems())

    def _problems(self) -> Iterator[str]:
        for check in self.checks:
            if not check.sentence:
                yield f"{check.place}: {check.name} needs a docstring: the sentence a student reads"
        for function in self._functions:
            for line in _lines_that_return(function):
                yield f"{self.path}:{line}: {function.name} returns a value: a check asserts"
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
                yield f"{self.path}:{node.lineno}: a check is a function, not a class {node.name}"
            if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield f"{self.path}:{node.lineno}: {node.name} is async: a check is not"


@dataclass(frozen=True)
class Suite:
    """The checks of an assignment, public ones first, as the modules have them.

    `raced` names those that `[speed]` has terms for.
    """

    modules: tuple[Module, ...]
    folder: Path
    reference: ast.Module | None = None
    raced: frozenset[str] = frozenset()

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """All checks, in the order in which they are reported."""
        return tuple(check for module in self.modules for check in module.checks)

    @cached_property
    def timed(self) -> frozenset[str]:
        """Names of the checks that time a submission: each takes a core alone, and can be left out.

        They are the races and what measures a growth.
        """
        return self.raced | {check.name for check in self.checks if check.grows}

    @property
    def paths(self) -> tuple[Path, ...]:
        """The modules' files."""
        return tuple(module.path for module in self.modules)

    def find_assert(self, path: str, line: int) -> ast.Assert | None:
        """Return the assert statement at a line of a module in the assignment's folder."""
        place = Path(path)
        if not place.is_relative_to(self.folder) or not place.is_file():
            return None
        asserts = [node for node in ast.walk(_parse(place)) if isinstance(node, ast.Assert)]
        return next((a for a in asserts if a.lineno <= line <= _end(a)), None)

    def exports_of(self, check: str) -> tuple[str, ...]:
        """Return the exports that a check's own function calls of the submission, in order."""
        for module in self.modules:
            for function in module.tree.body:
                if isinstance(function, ast.FunctionDef) and function.name == check:
                    named = (_export_of(node) for node in ast.walk(function))
                    return tuple(dict.fromkeys(filter(None, named)))
        return ()

    def argument_names(self, export: str) -> tuple[str, ...]:
        """Return what the arguments of an export are called, by the reference or else by the suite.

        There is "" for one that has no name.
        """
        for function in self.reference.body if self.reference else ():
            if isinstance(function, ast.FunctionDef) and function.name == export:
                return tuple(argument.arg for argument in function.args.args)
        for module in self.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and _is_call_of(node, export):
                    return tuple(_name(argument) for argument in node.args)
        return ()


def load_suite(assignment: Assignment) -> Suite:
    """Read the modules of an assignment and hold them against its `[points]`.

    Raises AssignmentError with a line for each disagreement, or where one is not Python; so it
    does of the reference, which is read for what it calls its arguments.
    """
    places = ((assignment.suite, False), (assignment.hidden_suite, True))
    modules = tuple(_read(path, hidden) for path, hidden in places if path.is_file())
    problems = [problem for module in modules for problem in module.problems]
    checks = [check for module in modules for check in module.checks]
    names = {hidden: [c.name for c in checks if c.hidden is hidden] for hidden in (False, True)}
    problems += compare_rubric(assignment, names[False], names[True])
    problems += compare_limits(assignment, checks) + compare_needs(assignment, checks)
    if problems:
        raise AssignmentError("\n".join(problems))
    reference = assignment.reference
    is_module = reference is not None and reference.suffix == ".py" and reference.is_file()
    tree = _parse(reference) if reference and is_module else None
    return Suite(modules, assignment.folder, tree, frozenset(assignment.speed))


def _read(path: Path, hidden: bool) -> Module:  # noqa: FBT001 - a row of `places`
    return _read_once(path, hidden, read_module(path))


@lru_cache(maxsize=16)
def _read_once(path: Path, hidden: bool, text: str) -> Module:  # noqa: FBT001 - as above
    return Module(path, hidden, _parse_once(path, text))


def _parse(path: Path) -> ast.Module:
    return _parse_once(path, read_module(path))


_parse_once = lru_cache(maxsize=16)(parse_text)


def _sentence(node: ast.FunctionDef) -> str:
    return " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())


def _lines_that_return(function: ast.FunctionDef) -> Iterator[int]:
    """Yield the lines on which a function returns or yields a value, those of inner ones apart."""
    left: list[ast.AST] = list(function.body)
    while left:
        node = left.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            yield node.lineno
        if isinstance(node, ast.Return) and not _is_none(node.value):
            yield node.lineno
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            left += ast.iter_child_nodes(node)


def _is_growth(node: ast.AST) -> bool:
    """Whether this is a call of `growth`, or of `grader.growth`."""
    match node:
        case ast.Call(func=ast.Name(id="growth")):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="grader"), attr="growth")):
            return True
    return False


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


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


def _export_of(node: ast.AST) -> str:
    """Return the name in `submission.name`, or ""."""
    match node:
        case ast.Attribute(value=ast.Name(id="submission"), attr=name):
            return name
    return ""


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
