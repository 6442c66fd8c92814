"""An assignment's own modules as text and as trees, never imported; a mistake has its line."""

from __future__ import annotations

import ast
import tokenize
from typing import TYPE_CHECKING

from grader.assignment.folder import AssignmentError

if TYPE_CHECKING:
    from pathlib import Path


def read_module(path: Path) -> str:
    r"""Return a module's text as Python reads it: no byte order mark, and `\n` ends a line.

    Raises AssignmentError where it cannot be read.
    """
    try:
        with tokenize.open(path) as file:
            return file.read()
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be read: {error.strerror}") from error
    except SyntaxError as error:
        raise AssignmentError(f"{path}:1: {error.msg}") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise AssignmentError(f"{path}:{line}: is not {error.encoding} text") from error


def parse_module(path: Path) -> ast.Module:
    """Parse a module; raises AssignmentError with file and line where it is not Python."""
    return parse_text(path, read_module(path))


def parse_text(path: Path, text: str) -> ast.Module:
    """Parse the text of a module, as `parse_module` does."""
    try:
        return ast.parse(text, str(path))
    except SyntaxError as error:
        raise AssignmentError(f"{path}:{error.lineno or 1}: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise AssignmentError(f"{path}: is not Python: {error}") from error
