"""What students are asked for and the reference does not define: most often a slip."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.assignment.nearest import did_you_mean
from grader.assignment.parsing import parse_module
from grader.assignment.toml_table import place_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.assignment.folder import Assignment

_UNTOLD = {"*", "__getattr__", "exec", "globals", "locals", "setattr", "vars"}
"""What may define a name that is not written."""


def find_undefined(assignment: Assignment) -> Iterator[str]:
    """Yield a sentence for each export that no statement of the reference defines.

    Nothing is run, so what is no `.py`, or may define names that are not written, is left alone.
    Raises AssignmentError where the reference cannot be read.
    """
    paths = _paths_of(assignment)
    if not paths or any(path.suffix != ".py" or not path.is_file() for path in paths):
        return
    nodes = [node for path in paths for node in ast.walk(parse_module(path))]
    known = {name for node in nodes for name in _names_of(node)}
    if known & _UNTOLD:
        return
    for name in assignment.exports:
        if name not in known:
            place, told = place_in(assignment.toml, "exports"), did_you_mean(name, known)
            yield f"{place}: exports: {assignment.reference} defines no {name}{told}"


def _paths_of(assignment: Assignment) -> list[Path]:
    """Return the files with code of the reference, where there is one."""
    reference = assignment.reference
    if reference is None or not assignment.files:
        return [reference] if reference else []
    code = [name for name in assignment.files if name.endswith((".py", ".ipynb"))]
    return [reference.parent / name for name in code]


def _names_of(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node defines, and those of functions by which it may define others."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _UNTOLD:
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0]
