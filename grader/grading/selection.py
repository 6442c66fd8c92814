"""Which checks are to run: those that are named, that a pattern matches, that time nothing."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment.nearest import there_are
from grader.assignment.needs import with_needs
from grader.assignment.suite import load_suite
from grader.source.handin import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from grader.assignment.check import Check
    from grader.assignment.folder import Assignment

_TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
_OPERATORS = {"and", "or", "not", "(", ")"}


@dataclass(frozen=True)
class Selection:
    """What a command line says of the checks to run; without a word, all of them.

    `only` has names, `keep` and `skip` have patterns as pytest's own `-k`: parts of names, joined
    by `and`, `or`, `not` and parentheses. Without `races` all is left out that times a submission.
    What is chosen comes with the checks that it needs; one that is left out by its own name or as
    a race is not asked, whatever needs it.
    """

    only: Collection[str] = ()
    keep: str | None = None
    skip: Collection[str] = ()
    races: bool = True

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.only and self.keep is None and not self.skip and self.races

    def choose(self, assignment: Assignment) -> tuple[str, ...]:
        """Return the names of the checks to run, in the suite's order, or none for all of them.

        Raises MisuseError for a name or a pattern that no check has, or where nothing is left.
        """
        if self.is_everything:
            return ()
        suite = load_suite(assignment)
        checks = suite.checks
        self._require_names([check.name for check in checks])
        chosen = [check for check in checks if not self.only or check.name in self.only]
        if self.keep is not None:
            matched = _matching("-k", self.keep, checks)
            chosen = [check for check in chosen if check in matched]
        needed = with_needs(assignment.needs, [check.name for check in chosen])
        chosen = [check for check in checks if check.name in needed]
        for pattern in self.skip:
            matched = _matching("--skip", pattern, checks)
            chosen = [check for check in chosen if check not in matched]
        if not self.races:
            chosen = [check for check in chosen if check.name not in suite.timed]
        if not chosen:
            raise MisuseError("nothing is left to run: every check is left out")
        return tuple(check.name for check in chosen)

    def _require_names(self, known: Collection[str]) -> None:
        for name in self.only:
            if name not in known:
                raise MisuseError(f"--only {name}: no such check; {there_are(known, name)}")


def _matching(option: str, pattern: str, checks: Collection[Check]) -> list[Check]:
    """Return the checks that a pattern matches; MisuseError if it is none or matches none."""
    matches = read_pattern(option, pattern)
    found = [check for check in checks if matches(f"{_file_of(check)}\n{check.name}")]
    if not found:
        there = there_are([check.name for check in checks], pattern)
        raise MisuseError(f"{option} {pattern!r} matches no check; {there}")
    return found


def _file_of(check: Check) -> str:
    return Path(check.place.rpartition(":")[0]).name


def read_pattern(option: str, pattern: str) -> Callable[[str], bool]:
    """Return whether a text has the words of a pattern as pytest's `-k` reads it.

    Upper and lower case are the same. Raises MisuseError where the pattern is none.
    """
    tokens = _TOKEN.findall(pattern)
    words = [token for token in tokens if token not in _OPERATORS]
    names = iter(range(len(words)))
    code = " ".join(token if token in _OPERATORS else f"_{next(names)}" for token in tokens)
    try:
        tree = ast.parse(code, mode="eval").body
        is_pattern = _is_logic(tree)
    except (SyntaxError, RecursionError, MemoryError):
        is_pattern = False
    if not is_pattern:
        raise MisuseError(
            f"{option} {pattern!r} is no pattern: write parts of checks' names, joined by and, or "
            "and not, as in 'taylor and not float32'"
        )
    folded = [word.casefold() for word in words]
    return lambda text: _holds(tree, [word in text.casefold() for word in folded])


def _is_logic(tree: ast.AST) -> bool:
    """Whether an expression has only names, `and`, `or` and `not`: no call, no tuple."""
    match tree:
        case ast.Name():
            return True
        case ast.BoolOp(values=values):
            return all(map(_is_logic, values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _is_logic(operand)
    return False


def _holds(tree: ast.AST, found: list[bool]) -> bool:
    match tree:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_holds(value, found) for value in values)
        case ast.BoolOp(values=values):
            return any(_holds(value, found) for value in values)
        case ast.UnaryOp(operand=operand):
            return not _holds(operand, found)
        case ast.Name(id=name):
            return found[int(name[1:])]
    raise AssertionError(tree)
