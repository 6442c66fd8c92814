"""What became of the functions that are asked for: what they take, and why one is not there.

This is looked up once a submission is loaded, for what a student is told: whatever cannot be found
out is left out.
"""

import ast
import difflib
import inspect
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from .cells import parse_cell
from .lookalikes import odd_letter, plain_twin
from .traceback_text import clip, name_of

Part = tuple[int, str]  # number of a code cell (0: a .py) and its text
Aside = tuple[str, int, str]  # kind of a cell that is not code, code cells before it, its text
_COMMANDS = re.compile(
    r"^[ \t]*(%(?:store|aimport|pylab|load|run|loadpy|macro|recall)\b.*)", re.MULTILINE
)
_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If)
_ALIKE = 0.75  # of difflib's ratio: `gradiant` is 0.88 of `gradient`
_MOST = 20  # parameters


@dataclass(frozen=True)
class _Text:
    """A source as it was handed in: its name, its code cells, and its others."""

    name: str
    parts: Sequence[Part]
    asides: Sequence[Aside]

    def place(self, cell: int, line: int) -> str:
        return f"{self.name} cell {cell}, line {line}" if cell else f"{self.name} line {line}"

    def line(self, cell: int, line: int) -> str:
        text = next((text for number, text in self.parts if number == cell), "")
        lines = text.split("\n", line)
        return clip(lines[line - 1].strip(), 100) if 0 < line <= len(lines) else ""

    def statements(self) -> Iterator[tuple[int, ast.stmt]]:
        """Yield all statements at the top level, each with its cell's number."""
        for cell, text in self.parts:
            for node in parse_cell(text, self.name).body:
                yield cell, node


def look(
    module: ModuleType,
    export: str,
    name: str,
    parts: Sequence[Part],
    asides: Sequence[Aside],
) -> dict[str, Any]:
    """Tell of an export ``there``, whether it can be called, and what else is known.

    That are its ``arguments`` and how it is ``written``, or ``why`` it is not there, in a sentence.
    """
    there = callable(module.__dict__.get(export))
    look_at = _describe if there else _explain
    try:
        about = look_at(module, export, _Text(name, parts, asides))
    except Exception:  # noqa: BLE001 - a hint: what a hostile object or text raises is no loss
        about = {}
    return {"there": there, **about}


def _describe(module: ModuleType, export: str, _text: _Text) -> dict[str, Any]:
    function = module.__dict__[export]
    signature = inspect.signature(function)
    written = clip(f"{export}{signature.replace(return_annotation=signature.empty)}", 150)
    code = getattr(inspect.unwrap(function), "__code__", None)
    place = f" in {clip(code.co_filename, 80)}, line {code.co_firstlineno}" if code else ""
    names = [clip(one, 50) for one in list(signature.parameters)[:_MOST]]
    return {"arguments": names, "written": f"`{written}`{place}"}


def _explain(module: ModuleType, export: str, text: _Text) -> dict[str, Any]:
    if export in module.__dict__:
        return {"why": _overwritten(export, module.__dict__[export], text)}
    for reason in _REASONS:
        if why := reason(module, export, text):
            return {"why": clip(why, 500)}
    return {}


def _overwritten(export: str, value: object, text: _Text) -> str:
    """Say which statement made something else of a function."""
    bound = [(cell, node) for cell, node in text.statements() if export in _bound(node)]
    was = any(isinstance(node, _DEFINED) for _, node in bound)
    kind = f"{export} is no longer a function" if was else f"{export} is not a function"
    others = [(cell, node) for cell, node in bound if not isinstance(node, _DEFINED)]
    if not others:
        return f"{kind} but an object of type {name_of(type(value))}"
    cell, node = others[-1]
    place, line = text.place(cell, node.lineno), text.line(cell, node.lineno)
    word = "it was overwritten in" if was else "it is assigned in"
    return f"{kind}: {word} {place}, `{line}`; give what is assigned there another name"


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, _DEFINED):
        return {node.name}
    names = (one for one in ast.walk(node) if isinstance(one, ast.Name))
    return {one.id for one in names if isinstance(one.ctx, ast.Store)}


def _no_code(_module: ModuleType, export: str, text: _Text) -> str:
    if next(text.statements(), None) is not None or any(code.strip() for _, code in text.parts):
        return ""
    return f"{text.name} defines no {export}: it has no code in it; was it saved, and is it yours?"


def _imports_itself(_module: ModuleType, export: str, text: _Text) -> str:
    stem = os.path.splitext(text.name)[0]
    for cell, node in text.statements():
        if isinstance(node, ast.ImportFrom) and node.module == stem and not node.level:
            named = {alias.name for alias in node.names}
            if named & {export, "*"}:
                place = text.place(cell, node.lineno)
                return (
                    f"{export} is not defined: {place} imports it from {text.name} itself, "
                    f"`{text.line(cell, node.lineno)}`; put the function's code here"
                )
    return ""


def _marimo(_module: ModuleType, export: str, text: _Text) -> str:
    within = any("@app.cell" in code and "marimo" in code for _, code in text.parts)
    if not within:
        return ""
    return (
        f"{text.name} defines no {export}: it is a marimo notebook, whose functions lie within "
        "cells (@app.cell); hand in a file that defines them at its left margin"
    )


def _another_spelling(module: ModuleType, export: str, text: _Text) -> str:
    names = [name for name in module.__dict__ if isinstance(name, str) and name[:1] != "_"]
    functions = [name for name in names if inspect.isroutine(module.__dict__[name])]
    for name in functions:
        if name != export and plain_twin(name) == export:
            return f"there is no {export}, but a `{name}`, whose {odd_letter(name)}"
    same = [name for name in functions if _bare(name) == _bare(export)]
    near = same or difflib.get_close_matches(export, functions, 1, _ALIKE)
    return f"{text.name} defines no {export}, but `{near[0]}`: rename it" if near else ""


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _within(_module: ModuleType, export: str, text: _Text) -> str:
    """Find a definition that lies within a class, a function or a condition."""
    for cell, outer in text.statements():
        if not isinstance(outer, _INNER):
            continue
        for node in ast.walk(outer):
            if isinstance(node, _DEFINED) and node.name == export and node is not outer:
                place = text.place(cell, node.lineno)
                return (
                    f"{text.name} defines no {export} at its left margin: in {place} {_of(outer)}"
                )
    return ""


def _of(outer: ast.stmt) -> str:
    if isinstance(outer, ast.ClassDef):
        return f"it is a method of the class {outer.name}; make a function of it"
    if isinstance(outer, ast.If):
        test = clip(ast.unparse(outer.test), 60)
        return f"it lies under `if {test}:`, which does not hold when it is graded; move it out"
    return f"it lies within the function {getattr(outer, 'name', '')}; move it out"


def _no_code_cell(_module: ModuleType, export: str, text: _Text) -> str:
    pattern = re.compile(rf"^[ \t]*(?:async[ \t]+)?def[ \t]+{re.escape(export)}\b", re.MULTILINE)
    for kind, before, body in text.asides:
        if pattern.search(body):
            where = f"after code cell {before}" if before else "before the first code cell"
            return (
                f"{text.name} defines no {export}: a {kind} cell {where} holds "
                f"`def {export}`, and only code cells are run; make a code cell of it"
            )
    pattern = re.compile(rf"^[ \t]*#[# \t]*def[ \t]+{re.escape(export)}\b", re.MULTILINE)
    for cell, body in text.parts:
        if found := pattern.search(body):
            line = body.count("\n", 0, found.start()) + 1
            return f"{text.name} defines no {export}: {text.place(cell, line)} is commented out"
    return ""


def _by_command(_module: ModuleType, export: str, text: _Text) -> str:
    for cell, body in text.parts:
        if cell and (found := _COMMANDS.search(body)):
            line = body.count("\n", 0, found.start(1)) + 1
            return (
                f"{text.name} defines no {export}; does it come from `{clip(found[1], 80)}` in "
                f"{text.place(cell, line)}? That is not run when it is graded: "
                "put the function's code here"
            )
    return ""


_REASONS: tuple[Callable[[ModuleType, str, _Text], str], ...] = (
    *(_no_code, _imports_itself, _another_spelling, _marimo, _within, _no_code_cell, _by_command),
)
