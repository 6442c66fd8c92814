"""One cell of a notebook to statements, with its magics and shell commands taken out.

A cell that is plain Python never meets IPython. Another goes through IPython's own
transformer, step by step, so that every line keeps its number: where a step joins lines,
blank ones take their place. Of the ``get_ipython()`` calls that result, those stay that
``commands`` can say in Python.
"""

import ast
import re
import warnings
from dataclasses import dataclass, field

from .commands import RUN_THEIR_BODY, as_python
from .statements import names_in_text

_TYPED_ALONE = re.compile(
    r"(?:pip3?|conda|mamba|cd|ls|ll|pwd|cat|cp|mv|rm|mkdir|rmdir|man|more|less|who|whos|time|timeit"
    r"|matplotlib|pylab|run|load_ext|autoreload|history|clear|python3?|git|wget|curl|unzip|tar)\b"
)
_COMMAND = re.compile(r"\s*(?:[%!?]|get_ipython\(\))|.*\?\s*$")
_PROMPT = re.compile(r"\s*In \[\d+\]: ")  # by itself an annotated assignment
_CELL_MAGIC = re.compile(r"%%(\w+)(?!\w*\?)")
_STEP_LIMIT = 500  # IPython's own TRANSFORM_LOOP_LIMIT
_SALVAGE_LIMIT = 20
PARSE_ERRORS = (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError)


@dataclass
class Parsed:
    """Statements of a cell; or why there are none: an error, or a magic that takes it whole."""

    body: list[ast.stmt] = field(default_factory=list)
    error: BaseException | None = None
    taken_by: str = ""
    names: list[str] = field(default_factory=list)


def parse_cell(text: str, filename: str) -> Parsed:
    """Parse a cell; ``names`` are those that are lost where nothing of it can be run."""
    try:
        if _PROMPT.match(text):
            return _parse_with_commands(text, filename)
        body = _parse(text, filename)
    except PARSE_ERRORS:
        return _parse_with_commands(text, filename)
    return Parsed(_without_commands(body) if "get_ipython" in text else body)


def without_commands(text: str, filename: str) -> str | ast.Module:
    """Give a script to be compiled; one made from a notebook holds commands, and does without.

    Who tries whether there is such a thing is told as by Python, and who defines it knows better.
    """
    if "get_ipython()" not in text or "def get_ipython" in text:
        return text
    tree: ast.Module = _DroppedOutright().visit(ast.Module(_parse(text, filename), []))
    return tree


def is_command(node: ast.AST | None) -> bool:
    """Say whether an expression is a call on ``get_ipython()``: a magic or a shell command."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    shell = node.func.value
    return (
        isinstance(shell, ast.Call)
        and isinstance(shell.func, ast.Name)
        and shell.func.id == "get_ipython"
    )


def _parse(text: str, filename: str) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, filename).body


def _parse_with_commands(text: str, filename: str) -> Parsed:
    lines = _lines(text + "\n")
    lines, magic = _without_cell_magics(lines)
    if magic:
        return Parsed(taken_by=magic, names=names_in_text("".join(lines)))
    try:
        return Parsed(_without_commands(_salvaged(_transformed(lines), lines, filename)))
    except PARSE_ERRORS as error:
        if len(text.strip().splitlines()) == 1 and _TYPED_ALONE.match(text.strip()):
            return Parsed()
        return Parsed(error=error, names=names_in_text(text))


def _without_cell_magics(lines: list[str]) -> tuple[list[str], str]:
    """Blank ``%%time`` and the like at a cell's head; a magic of another kind takes the cell."""
    lines = list(lines)
    for place, line in enumerate(lines):
        if found := _CELL_MAGIC.match(line):
            if found[1] not in RUN_THEIR_BODY:
                return lines, line.strip()
            lines[place] = "\n"
        elif line.strip():
            break
    return lines, ""


def _transformed(lines: list[str]) -> list[str]:
    """Apply IPython's transformer, keeping every line's number; without IPython, blank commands."""
    try:
        from IPython.core.inputtransformer2 import (  # noqa: PLC0415 - 50 ms, for few cells
            TransformerManager,
        )
    except ImportError:
        return _blanked(lines)
    manager = TransformerManager()
    blank = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    head, rest = lines[:blank], lines[blank:]
    try:
        for clean in manager.cleanup_transforms:
            cleaned = clean(rest)  # type: ignore[operator] # IPython lists them as objects
            rest = _lines("".join(cleaned))
        for _ in range(_STEP_LIMIT):
            changed, after = manager.do_one_token_transform(rest)
            if not changed:
                return head + rest
            rest = _same_length(rest, after)
    except (SyntaxError, RuntimeError, ValueError, IndexError, AssertionError):
        return _blanked(lines)
    return head + rest


def _lines(text: str) -> list[str]:
    """Split where Python counts lines; ``splitlines``, as IPython does, also at form feeds."""
    return [line + "\n" for line in text.removesuffix("\n").split("\n")]


def _same_length(before: list[str], after: list[str]) -> list[str]:
    missing = len(before) - len(after)
    if missing <= 0:
        return after
    pairs = zip(before, after, strict=False)
    place = next((place for place, (old, new) in enumerate(pairs) if old != new), len(after) - 1)
    return [*after[: place + 1], *["\n"] * missing, *after[place + 1 :]]


def _blanked(lines: list[str]) -> list[str]:
    return [_pass(line) if _COMMAND.match(line) else line for line in lines]


def _pass(line: str) -> str:
    return line[: len(line) - len(line.lstrip())].rstrip("\n") + "pass\n"


def _salvaged(lines: list[str], original: list[str], filename: str) -> list[ast.stmt]:
    """Parse; where a command alone is what cannot be parsed, go on without it."""
    lines = list(lines)
    for _ in range(_SALVAGE_LIMIT):
        try:
            return _parse("".join(lines), filename)
        except SyntaxError as error:
            place = (error.lineno or 0) - 1
            if not (0 <= place < len(lines) and lines[place].strip() != "pass"):
                raise
            command = any(
                _COMMAND.match(text[place]) for text in (lines, original) if place < len(text)
            )
            if not command:
                raise
            lines[place] = _pass(lines[place])
    return _parse("".join(lines), filename)


def _without_commands(body: list[ast.stmt]) -> list[ast.stmt]:
    tree = _Dropped().visit(ast.Module(body, []))
    return [node for node in tree.body if not isinstance(node, ast.Pass)]


class _Dropped(ast.NodeTransformer):
    """Commands become the Python that does the same, or ``pass``; of ``%time x`` ``x`` stays."""

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        if not is_command(node.value):
            return node
        try:
            tree = ast.parse(as_python(node.value))  # type: ignore[arg-type] # a command is a call
        except PARSE_ERRORS:
            tree = ast.Module([], [])
        for part in ast.walk(tree):
            ast.copy_location(part, node)
        return tree.body or ast.copy_location(ast.Pass(), node)


class _DroppedOutright(_Dropped):
    """Not those that are tried."""

    def visit_Try(self, node: ast.Try) -> ast.Try:
        return node
