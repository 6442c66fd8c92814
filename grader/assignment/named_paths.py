"""What `assignment.toml` names by a path: the reference, data, and where solutions lie."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from grader.assignment.toml_table import TomlTable

_WHAT = "a path relative to this file"


def read_path(table: TomlTable, key: str) -> Path | None:
    """Return the path that a key names, and complain if nothing is there; None if none is named."""
    path = table.place(key, _WHAT)
    if path is not None and not os.path.exists(path):  # noqa: PTH110 - of any path at all
        table.complain(key, f"{key}: there is no {path}")
    return path


def read_reference(table: TomlTable) -> Path | None:
    """Return the file of the reference."""
    path = read_path(table, "reference")
    if path is not None and os.path.isdir(path):  # noqa: PTH112 - of any path at all
        table.complain("reference", f"reference: {path} is a folder: name the file in it")
    return path


def read_solutions(table: TomlTable) -> str:
    """Return where solutions of each kind lie, with a `*` for the kind."""
    text: str = table.take("solutions", str, _WHAT, "selftest/*")
    if text.count("*") != 1 or "\0" in text:
        wanted = "one *, which stands for correct, mutants or hostile"
        table.complain("solutions", f"solutions: {text!r} must hold {wanted}")
    return text
