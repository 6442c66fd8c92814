"""Taking the solution out of a starter: what stands between two marks becomes the prompt.

In a module and in every cell of a notebook alike:

    # BEGIN SOLUTION
    # PROMPT: raise NotImplementedError("the gradient of loss at theta")
    (g,) = torch.autograd.grad(...)
    return g
    # END SOLUTION

becomes the text after `PROMPT:`, one line for each such line; without one, `...`. In Markdown the
marks may be comments, `<!-- BEGIN SOLUTION -->`. A mark that is written otherwise is refused, so
that no solution is left in by a slip. Of a notebook only what a starter needs is kept: no output,
no count, and of what editors and other graders note in it nothing but the tags of cells.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPEN, _CLOSE = r"^(\s*)(?:#+|<!--)\s*", r"\s*(?:-->)?\s*$"
_BEGIN = re.compile(f"{_OPEN}BEGIN SOLUTION{_CLOSE}", re.IGNORECASE)
_END = re.compile(f"{_OPEN}END SOLUTION{_CLOSE}", re.IGNORECASE)
_PROMPT = re.compile(f"{_OPEN}PROMPT: ?(.*?){_CLOSE}")
_LEFT = re.compile(
    r"\b(?:BEGIN|END)[ _-]*SOLUTION|^\s*(?:#+|<!--)\s*(?i:(?:begin|end)[ _-]*solution)"
)
DEFAULT_PROMPT = "...  # your code here"
_PROSE_PROMPT = "*Your answer here.*"
_KERNEL = ("display_name", "language", "name")
_LANGUAGE = ("name", "version", "file_extension", "mimetype", "pygments_lexer")


class SolutionError(ValueError):
    """The marks do not pair, or are not understood; the message says where."""


def strip_solutions(text: str, name: str, prompt: str = DEFAULT_PROMPT) -> str:
    """Return the text with each solution replaced by its prompt; `name` is for the message."""
    kept: list[str] = []
    indent: str | None = None
    opened, prompts = 0, 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if begin := _BEGIN.match(line):
            if indent is not None:
                raise SolutionError(f"{name}:{number}: BEGIN SOLUTION inside the one of {opened}")
            indent, opened, prompts = begin[1], number, 0
        elif _END.match(line):
            if indent is None:
                raise SolutionError(f"{name}:{number}: END SOLUTION without a BEGIN SOLUTION")
            kept += [] if prompts else [f"{indent}{prompt}\n"]
            indent = None
        elif indent is None:
            kept.append(line)
        elif asked := _PROMPT.match(line):
            prompts += 1
            kept.append(f"{indent}{asked[2]}".rstrip() + "\n")
    if indent is not None:
        raise SolutionError(f"{name}:{opened}: BEGIN SOLUTION without an END SOLUTION")
    stripped = "".join(kept)
    for number, mark in find_marks(stripped):
        raise SolutionError(f"{name}:{number}: {mark!r} is no mark: write {_mark_like(mark)}")
    return stripped


def find_marks(text: str) -> Iterator[tuple[int, str]]:
    """Yield what looks like the mark of a solution, with its line."""
    for number, line in enumerate(text.splitlines(), start=1):
        if _LEFT.search(line):
            yield number, line.strip()


def _mark_like(mark: str) -> str:
    word = "BEGIN" if "begin" in mark.lower() else "END"
    return f"'# {word} SOLUTION' on a line of its own"


def strip_notebook(text: str, name: str) -> str:
    """Return a notebook without solutions, outputs, counts and notes of editors."""
    try:
        notebook = json.loads(text)
        cells = enumerate(notebook["cells"], start=1)
        kept = {
            "cells": [_strip_cell(cell, f"{name}, cell {number}") for number, cell in cells],
            "metadata": _strip_metadata(notebook.get("metadata") or {}),
            "nbformat": notebook["nbformat"],
            "nbformat_minor": notebook["nbformat_minor"],
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, SolutionError):
            raise
        raise SolutionError(f"{name}: not a notebook of version 4: {error}") from error
    return json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _strip_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """Keep in which language a notebook is written, and for which kernel."""
    known = {"kernelspec": _KERNEL, "language_info": _LANGUAGE}
    return {
        table: {key: str(metadata[table][key]) for key in keys if key in metadata[table]}
        for table, keys in known.items()
        if table in metadata
    }


def _strip_cell(cell: dict[str, Any], name: str) -> dict[str, Any]:
    kind, source = cell["cell_type"], cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    prompt = DEFAULT_PROMPT if kind == "code" else _PROSE_PROMPT
    text = strip_solutions(text, name, prompt).removesuffix("\n")
    tags = [str(tag) for tag in cell.get("metadata", {}).get("tags", [])]
    kept = {
        "cell_type": kind,
        **({"id": str(cell["id"])} if "id" in cell else {}),
        "metadata": {"tags": tags} if tags else {},
        "source": text.splitlines(keepends=True),
    }
    if kind == "code":
        return kept | {"outputs": [], "execution_count": None}
    shown = {
        file: data
        for file, data in (cell.get("attachments") or {}).items()
        if f"attachment:{file}" in text
    }
    return kept | ({"attachments": shown} if shown else {})
