"""Taking the solution out of a starter: what stands between two marks becomes the prompt.

In a module and in the code cells of a notebook alike:

    # BEGIN SOLUTION
    # PROMPT: raise NotImplementedError("the gradient of loss at theta")
    (g,) = torch.autograd.grad(...)
    return g
    # END SOLUTION

becomes the text after `PROMPT:`, one line for each such line; without one, `...`.
"""

from __future__ import annotations

import json
import re
from typing import Any

_BEGIN = re.compile(r"^(\s*)#\s*BEGIN SOLUTION\s*$")
_END = re.compile(r"^\s*#\s*END SOLUTION\s*$")
_PROMPT = re.compile(r"^\s*#\s*PROMPT: ?(.*)$")
DEFAULT_PROMPT = "...  # your code here"


class SolutionError(ValueError):
    """The marks do not pair; the message says where."""


def strip_solutions(text: str, name: str) -> str:
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
            kept += [] if prompts else [f"{indent}{DEFAULT_PROMPT}\n"]
            indent = None
        elif indent is None:
            kept.append(line)
        elif prompt := _PROMPT.match(line):
            prompts += 1
            kept.append(f"{indent}{prompt[1]}".rstrip() + "\n")
    if indent is not None:
        raise SolutionError(f"{name}:{opened}: BEGIN SOLUTION without an END SOLUTION")
    return "".join(kept)


def strip_notebook(text: str, name: str) -> str:
    """Return a notebook without solutions, outputs and execution counts."""
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
        for number, cell in enumerate(cells, start=1):
            _strip_cell(cell, f"{name}, cell {number}")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, SolutionError):
            raise
        raise SolutionError(f"{name}: not a notebook of version 4: {error}") from error
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _strip_cell(cell: dict[str, Any], name: str) -> None:
    if cell["cell_type"] != "code":
        return
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    text = strip_solutions(text, name).removesuffix("\n")
    cell.update(source=text.splitlines(keepends=True), outputs=[], execution_count=None)
