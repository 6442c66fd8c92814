"""What must not get out to students: hidden checks by name, solutions, functions of the reference.

A function is recognised by its statements, however they are laid out, in modules, in code cells
and in blocks of code in Markdown; and by its text where it stands in a comment, in a string or
in prose.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.assignment.parsing import parse_module, read_module
from grader.release.solutions import find_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.assignment.folder import Assignment

_SMALLEST_BODY = 40
_LARGEST_TEXT = 50_000_000  # bytes; nobody has written more, and public data may be of any size
_FENCED = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\s*[%!?]")
_LAYOUT = re.compile(r"[\s#>'\"]+")
_TEXTS = (tokenize.COMMENT, tokenize.STRING)


@dataclass(frozen=True)
class Answer:
    """A function of the reference: its statements, written in one way, and its own text."""

    source: Path
    name: str
    body: str
    texts: frozenset[str]


def find_answers(root: Path, assignment: Assignment) -> Iterator[str]:
    """Yield a sentence for each thing in a folder that students must not have.

    Raises AssignmentError where the reference or the suite cannot be read.
    """
    hidden = [name.encode() for name in checks_of(assignment.hidden_suite)]
    answers = list(_answers_of(assignment))
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        place, size = path.relative_to(root), path.stat().st_size
        data = path.read_bytes() if size <= _LARGEST_TEXT else b""
        for name in hidden:
            if name in data or name in place.as_posix().encode():
                yield f"{place} would tell students of the hidden check {name.decode()}"
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        for number, mark in find_marks(text):
            yield f"{place}:{number} has a mark of a solution, {mark!r}: it is stripped in starters"
        held, said = set(_bodies_at(path, text)), _squeeze("\n".join(_prose_of(path, text)))
        for answer in answers:
            if answer.body in held or any(words in said for words in answer.texts):
                yield f"{place} would give students {answer.name} of {answer.source}"


def checks_of(module: Path) -> list[str]:
    """Return the names of a module's checks; none if there is no such module."""
    body = parse_module(module).body if module.exists() else []
    functions = (node for node in body if isinstance(node, ast.FunctionDef))
    return [node.name for node in functions if node.name.startswith("test_")]


def bodies_in(code: str) -> dict[str, str]:
    """Return the bodies of all functions in some code, without docstrings, and their names.

    Very short ones are left out: anybody may write `return x`.
    """
    return {_body(node): node.name for node in _functions(code) if _is_long(_body(node))}


def _answers_of(assignment: Assignment) -> Iterator[Answer]:
    if assignment.reference is None:
        return
    folder = assignment.reference.parent
    for path in sorted(folder.rglob("*.py")):
        parse_module(path)
        yield from _answers_in(path, read_module(path))
    for path in sorted(folder.rglob("*.ipynb")):
        for code in _code_of(path, path.read_text("utf-8-sig")):
            yield from _answers_in(path, code)


def _answers_in(path: Path, code: str) -> Iterator[Answer]:
    lines = code.split("\n")
    for node in _functions(code):
        if not _is_long(body := _body(node)):
            continue
        first = node.body[1 if ast.get_docstring(node) is not None else 0]
        written = "\n".join(lines[first.lineno - 1 : node.end_lineno])
        several = "\n" in body
        texts = {_squeeze(text) for text in (body, written)} if several else set()
        yield Answer(path, node.name, body, frozenset(texts))


def _functions(code: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    doc = 1 if ast.get_docstring(node) is not None else 0
    return "\n".join(ast.unparse(statement) for statement in node.body[doc:])


def _is_long(body: str) -> bool:
    return len(body) >= _SMALLEST_BODY


def _squeeze(text: str) -> str:
    """Take out of a text how it is laid out: blanks, quotes, and the marks of comments."""
    return _LAYOUT.sub("", text)


def _bodies_at(path: Path, text: str) -> Iterator[str]:
    for code in _code_of(path, text):
        yield from bodies_in(code)


def _code_of(path: Path, text: str) -> list[str]:
    """Return what is code in a file: a module, code cells without magics, blocks in Markdown."""
    if path.suffix == ".py":
        return [text]
    if path.suffix == ".md":
        return _blocks(text)
    cells = [*map(_source_of, _cells_of(path, text))]
    blocks = (block for kind, source in cells if kind != "code" for block in _blocks(source))
    return [*(_without_magics(source) for kind, source in cells if kind == "code"), *blocks]


def _prose_of(path: Path, text: str) -> Iterable[str]:
    """Return what is no code: comments, strings, Markdown, outputs; all of other texts."""
    if path.suffix == ".py":
        return _comments_and_strings(text)
    cells = _cells_of(path, text)
    if not cells:
        return [text]
    found = [
        line
        for kind, source in map(_source_of, cells)
        for line in (_comments_and_strings(source) if kind == "code" else [source])
    ]
    return [*found, *(shown for cell in cells for shown in _shown(cell))]


def _shown(cell: dict[str, Any]) -> Iterator[str]:
    """Yield the texts that a cell's outputs show: what is printed, a result, a traceback."""
    for output in filter(lambda one: isinstance(one, dict), cell.get("outputs") or ()):
        held = {**output, **(output.get("data") or {})}
        for text in (held[key] for key in ("text", "text/plain", "traceback") if key in held):
            yield "".join(map(str, text))


def _cells_of(path: Path, text: str) -> list[dict[str, Any]]:
    """Return a notebook's cells; none of another file, or of one that is no notebook of today."""
    if path.suffix == ".ipynb":
        with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
            cells = json.loads(text)["cells"]
            return [cell for cell in cells if {"cell_type", "source"} <= cell.keys()]
    return []


def _source_of(cell: dict[str, Any]) -> tuple[str, str]:
    return cell["cell_type"], "".join(cell["source"])


def _blocks(text: str) -> list[str]:
    return [found[2] for found in _FENCED.finditer(text)]


def _without_magics(source: str) -> str:
    return "\n".join("" if _COMMAND.match(line) else line for line in source.split("\n"))


def _comments_and_strings(code: str) -> list[str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return [code]
    return [token.string for token in tokens if token.type in _TEXTS]
