"""Submissions that always say one thing: whatever they are asked, every export returns it.

Besides nothing, the truths and a few numbers these are the words that the reference returns, and
those that the handout quotes: of whoever knows what answers are called, and nothing else.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from grader.assignment.folder import AssignmentError
from grader.assignment.parsing import parse_module

if TYPE_CHECKING:
    from pathlib import Path

    from grader.assignment.folder import Assignment

PLAIN = ("None", "True", "False", "0", "1", "0.5", "-1", "''", "[]", "()", "{}")
_LONGEST = 60
_QUOTED = re.compile(rf'`"([^"`\n]{{1,{_LONGEST}}})"`')


def constants_of(assignment: Assignment) -> tuple[str, ...]:
    """Return what constant submissions say, as expressions of Python."""
    path, handout = assignment.reference, assignment.folder / "handout.md"
    words = list(words_returned(path)) if path is not None and path.suffix == ".py" else []
    if handout.is_file():
        words += _QUOTED.findall(_read_page(handout))
    return (*PLAIN, *(repr(word) for word in dict.fromkeys(words)))


def _read_page(path: Path) -> str:
    """Return the text of a page; AssignmentError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise AssignmentError(f"{path}:{line}: is not UTF-8 text: save it as UTF-8") from error


def words_returned(path: Path) -> tuple[str, ...]:
    """Return the short texts that are written in statements that return, each once."""
    returned = (node for node in ast.walk(parse_module(path)) if isinstance(node, ast.Return))
    found = (part for node in returned for part in ast.walk(node))
    words = (part.value for part in found if isinstance(part, ast.Constant))
    return tuple(dict.fromkeys(w for w in words if isinstance(w, str) and 0 < len(w) <= _LONGEST))


def render_constant(assignment: Assignment, said: str) -> str:
    """Write a submission of which every export returns one thing."""
    functions = (f"def {name}(*args, **kwargs):\n    return {said}" for name in assignment.exports)
    return "\n\n\n".join(functions) + "\n"
