"""What a solution says of itself, at the end of its docstring or of a notebook's first cell.

    Loses: test_norm, test_total      the checks that a mutant loses, all of them
    May lose: test_mean               those that it loses by some draws only
    By a probe: test_total            those that it loses by the word of a probe alone
    Earns: test_norm                  what a hostile file earns all the same (or "nothing")

Such a line may go on in the next one, behind a comma, or be there more than once.
"""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING

from grader.assignment.folder import AssignmentError
from grader.assignment.parsing import read_module

if TYPE_CHECKING:
    from pathlib import Path

LABELS = ("Loses", "May lose", "By a probe", "Earns")
_LINE = re.compile(rf"^({'|'.join(LABELS)}):[ \t]*\n?((?:.*,[ \t]*\n)*.+)$", re.MULTILINE)


def read_lines(path: Path, *, believed: bool) -> dict[str, frozenset[str]]:
    """Return the checks that each line of a file names.

    What is no Python is looked through as it is. What cannot be read at all is an AssignmentError,
    unless the file need not be `believed`: then its bytes are looked through.
    """
    try:
        text = _first_cell(path) if path.suffix == ".ipynb" else _docstring(path)
    except AssignmentError:
        if believed:
            raise
        text = _read(path).decode(errors="replace")
    named: dict[str, frozenset[str]] = {}
    for label, said in _LINE.findall(text):
        named[label] = named.get(label, frozenset()) | _names(said)
    return named


def _docstring(path: Path) -> str:
    text = read_module(path)
    try:
        return ast.get_docstring(ast.parse(text)) or ""
    except SyntaxError:
        return text
    except (ValueError, RecursionError, MemoryError) as error:
        raise AssignmentError(f"{path}: cannot be parsed: {error or 'too deep'}") from error


def _first_cell(path: Path) -> str:
    try:
        cells = json.loads(_read(path))["cells"]
        source = cells[0]["source"] if cells else ""
        return source if isinstance(source, str) else "".join(source)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise AssignmentError(f"{path}: is no notebook with cells of text: {error}") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be read: {error.strerror}") from error


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip(" \t\n\"'") for name in text.split(",")) - {"nothing", ""}
