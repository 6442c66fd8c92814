"""Mutants made by machine: every change that an operator offers in a right solution, as a text."""

from __future__ import annotations

import ast
import difflib
import warnings
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import libcst as cst
from libcst.matchers import Attribute, If, Name, matches
from libcst.metadata import MetadataWrapper, PositionProvider

from grader.selftest.operators import OPERATORS

if TYPE_CHECKING:
    from pathlib import Path

_TYPES_ONLY = If(test=Name("TYPE_CHECKING") | Attribute(attr=Name("TYPE_CHECKING")))
"""What only a type checker reads; its `else` is run."""


@dataclass(frozen=True)
class Change:
    """What one mutant differs in: where, by which operator, and the lines before and after.

    `function` is the outermost one that the place lies in, or the class; "" at the top.
    """

    file: str
    function: str
    operator: str
    line: int
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.operator}: {self.was} → {self.now}"


@dataclass(frozen=True)
class Mutant:
    """A right solution with one change."""

    change: Change
    text: str
    path: Path

    def __str__(self) -> str:
        return str(self.change)

    @property
    def diff(self) -> str:
        """The change as a unified diff with a line around it."""
        before, after = self.path.read_text(encoding="utf-8").splitlines(), self.text.splitlines()
        lines = difflib.unified_diff(before, after, n=1, lineterm="")
        return "\n".join(list(lines)[2:])


def make_mutants(path: Path) -> list[Mutant]:
    """Return all mutants of a right solution in Python, in the order of its lines.

    What the compiler takes for the same program, or for none, is left out.
    """
    text = path.read_text(encoding="utf-8")
    wrapper = MetadataWrapper(cst.parse_module(text))
    finder = _Finder()
    wrapper.visit(finder)
    spans = _spans(wrapper.module)
    seen = {(begin, _meaning(text[begin:end])) for begin, end in spans.values()}
    mutants = []
    for place, (operator, new) in finder.offers:
        begin, end = spans[place.statement]
        statement = place.replaced(wrapper.module, new)
        meaning = _meaning(statement)
        if meaning and (begin, meaning) not in seen:
            seen.add((begin, meaning))
            changed = text[:begin] + statement + text[end:]
            was, now = _changed_lines(text, changed)
            change = Change(path.name, place.function, operator, place.line, was, now)
            mutants.append(Mutant(change, changed, path))
    return mutants


def _spans(module: cst.Module) -> dict[cst.CSTNode, tuple[int, int]]:
    """Tell where the text of each statement at the top of a module begins and ends."""
    spans: dict[cst.CSTNode, tuple[int, int]] = {}
    end = 0
    for part in (*module.header, *module.body):
        begin, end = end, end + len(module.code_for_node(part))
        spans[part] = begin, end
    return spans


@dataclass(frozen=True)
class _Place:
    node: cst.CSTNode
    statement: cst.CSTNode
    """The one at the top of the module that the node lies in."""
    function: str
    line: int

    def replaced(self, module: cst.Module, new: cst.CSTNode) -> str:
        """Return the text of the statement with another node here."""
        return module.code_for_node(self.statement.deep_replace(self.node, new))


class _Finder(cst.CSTVisitor):
    """Finds every place that an operator knows.

    Imports, docstrings, annotations, what only a type checker reads and what an exception says are
    none.
    """

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.offers: list[tuple[_Place, tuple[str, cst.CSTNode]]] = []
        self._around: list[str] = []
        self._above: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Ask the operator of a node's kind for what it offers, and look into the node."""
        self._above.append(node)
        if isinstance(node, cst.Import | cst.ImportFrom | cst.Annotation) or _is_docstring(node):
            return False
        around = self._above[-2] if len(self._above) > 1 else None
        if isinstance(around, cst.If) and matches(around, _TYPES_ONLY) and node != around.orelse:
            return False
        if isinstance(node, cst.SimpleString) and any(
            isinstance(n, cst.Raise) for n in self._above
        ):
            return False
        if len(self._above) == 1:
            return True
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._around.append(node.name.value)
        line = self.get_metadata(PositionProvider, node).start.line
        place = _Place(node, self._above[1], self._around[0] if self._around else "", line)
        is_known = type(node) in OPERATORS and not matches(node, _TYPES_ONLY)
        offered = OPERATORS[type(node)](node) if is_known else ()
        self.offers += [(place, offer) for offer in offered]
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Note that a node ends."""
        self._above.pop()
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._around.pop()


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(
        node.value, cst.SimpleString | cst.ConcatenatedString
    )


def _meaning(text: str) -> str:
    """What the compiler reads, or "" where it refuses."""
    with warnings.catch_warnings(action="ignore"):
        try:
            tree = ast.parse(text)
            compile(tree, "mutant", "exec")
        except SyntaxError:
            return ""
    return ast.dump(tree)


def _changed_lines(before: str, after: str) -> tuple[str, str]:
    """Return the lines that differ, before and after, without their indentation."""
    old, new = before.splitlines(), after.splitlines()
    first = next(i for i in count() if old[i : i + 1] != new[i : i + 1])
    last = next(i for i in count(1) if old[-i:][:1] != new[-i:][:1])
    was, now = (text[first : len(text) - last + 1] for text in (old, new))
    return _on_one_line(was), _on_one_line(now)


def _on_one_line(lines: list[str]) -> str:
    return " ⏎ ".join(line.strip() for line in lines)
