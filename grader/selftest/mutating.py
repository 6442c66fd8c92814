"""Mutants made by machine: every change that an operator offers in a right solution, as a text."""

from __future__ import annotations

import ast
import difflib
import warnings
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import libcst as cst
from libcst.matchers import Attribute, Comparison, ComparisonTarget, If, Name, matches
from libcst.metadata import MetadataWrapper, PositionProvider

from grader.assignment.parsing import read_module
from grader.selftest.operators import OPERATORS, in_brackets
from grader.selftest.places import names_compared, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_THE_NAME = Name("__name__")
_NEVER_RUN = If(
    test=Name("TYPE_CHECKING")
    | Attribute(attr=Name("TYPE_CHECKING"))
    | Comparison(left=_THE_NAME)
    | Comparison(comparisons=[ComparisonTarget(comparator=_THE_NAME)])
)
"""What only a type checker reads, or whoever starts the file as a program; its `else` is run."""


class NotPythonError(Exception):
    """A right solution cannot be parsed; the message says which, and where."""


class TooDeepError(Exception):
    """A right solution nests so deeply that nothing in it can be changed."""


@dataclass(frozen=True)
class Change:
    """What one mutant differs in: where, by which operator, and the lines before and after.

    `function` is the outermost one that the place lies in, or the class; "" at the top. `role` is
    what stands there. Of `twins`, which have all but their lines in common, it is the `nth`.
    """

    file: str
    function: str
    operator: str
    line: int
    was: str
    now: str
    role: str = ""
    nth: int = 1
    twins: int = 1

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
        before, after = read_module(self.path).splitlines(), self.text.splitlines()
        lines = difflib.unified_diff(before, after, n=1, lineterm="")
        return "\n".join(list(lines)[2:])


def make_mutants(path: Path) -> list[Mutant]:
    """Return all mutants of a right solution in Python, in the order of its lines.

    What the compiler takes for the same program, or for none, is left out. Raises AssignmentError
    where it cannot be read, NotPythonError and TooDeepError.
    """
    try:
        return list(_mutants(path, read_module(path)))
    except (cst.ParserSyntaxError, SyntaxError) as error:
        line = error.raw_line if isinstance(error, cst.ParserSyntaxError) else error.lineno
        raise NotPythonError(f"{path}:{line or 1}: is not Python, so no mutant is made") from error
    except (RecursionError, MemoryError) as error:
        raise TooDeepError(f"{path}: nests too deeply to be changed: no mutant is made") from error


def _mutants(path: Path, text: str) -> Iterator[Mutant]:
    ast.parse(text)
    wrapper = MetadataWrapper(cst.parse_module(text))
    finder = _Finder(names_compared(wrapper.module))
    wrapper.visit(finder)
    spans = _spans(wrapper.module)
    seen = {(begin, _meaning(text[begin:end])) for begin, end in spans.values()}
    for place, (operator, new) in finder.offers:
        begin, end = spans[place.statement]
        statement = place.replaced(wrapper.module, new)
        meaning = _meaning(statement)
        if meaning and (begin, meaning) not in seen:
            seen.add((begin, meaning))
            changed = text[:begin] + statement + text[end:]
            was, now = _changed_lines(text, changed)
            where = path.name, place.function, operator, place.line
            yield Mutant(Change(*where, was, now, place.role), changed, path)


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
    role: str

    def replaced(self, module: cst.Module, new: cst.CSTNode) -> str:
        """Return the text of the statement with another node here.

        Where what is there has brackets that keep it apart from a keyword, as in `if(f(x)):`, so
        has what comes in its place.
        """
        try:
            changed = self.statement.deep_replace(self.node, new)
        except cst.CSTValidationError:
            changed = self.statement.deep_replace(self.node, in_brackets(new))
        return module.code_for_node(changed)


class _Finder(cst.CSTVisitor):
    """Finds every place that an operator knows.

    Imports, docstrings, annotations, what is never run and what an exception says are none.
    """

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, compared: frozenset[str]) -> None:
        super().__init__()
        self._compared = compared
        self.offers: list[tuple[_Place, tuple[str, cst.CSTNode]]] = []
        self._around: list[str] = []
        self._above: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Ask the operator of a node's kind for what it offers, and look into the node."""
        self._above.append(node)
        if isinstance(node, cst.Import | cst.ImportFrom | cst.Annotation) or _is_docstring(node):
            return False
        around = self._above[-2] if len(self._above) > 1 else None
        if isinstance(around, cst.If) and matches(around, _NEVER_RUN) and node != around.orelse:
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
        if type(node) in OPERATORS and not matches(node, _NEVER_RUN):
            role = role_of(node, self._above, self._compared)
            function = self._around[0] if self._around else ""
            place = _Place(node, self._above[1], function, line, role)
            self.offers += [(place, offer) for offer in OPERATORS[type(node)](node)]
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
