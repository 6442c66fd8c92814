"""The suite that is tried: what its checks ask, as their text says, and that it may break off."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.assignment.suite import load_suite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.assignment.folder import Assignment


class SuiteBrokenError(Exception):
    """The suite breaks off between its checks, and nothing can be graded; it says why."""


@contextmanager
def told_where_it_breaks_off() -> Iterator[None]:
    """Make of the plain RuntimeError of a session that could not run a SuiteBrokenError."""
    try:
        yield
    except RuntimeError as error:
        if type(error) is not RuntimeError:
            raise
        raise SuiteBrokenError(str(error)) from error


def checks_taking(assignment: Assignment, *arguments: str) -> dict[str, list[str]]:
    """Return the checks that take any of some arguments, with those that each takes."""
    found = {
        function.name: [arg.arg for arg in _arguments(function) if arg.arg in arguments]
        for function in _functions(assignment)
        if function.name in assignment.checks
    }
    return {name: taken for name, taken in found.items() if taken}


def exports_asked(assignment: Assignment) -> dict[str, set[str]]:
    """Return what each check itself asks of the submission, as its text says."""
    return {
        function.name: {part.attr for part in ast.walk(function) if isinstance(part, ast.Attribute)}
        for function in _functions(assignment)
    }


def exports_raced(assignment: Assignment) -> dict[str, set[str]]:
    """Return what each check hands to `race`, as far as its own text says."""
    return {
        function.name: {
            call.args[0].attr
            for call in ast.walk(function)
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "race"
            and call.args
            and isinstance(call.args[0], ast.Attribute)
        }
        for function in _functions(assignment)
    }


def _functions(assignment: Assignment) -> Iterator[ast.FunctionDef]:
    for module in load_suite(assignment).modules:
        yield from (node for node in module.tree.body if isinstance(node, ast.FunctionDef))


def _arguments(function: ast.FunctionDef) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
