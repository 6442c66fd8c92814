"""An assignment's own solutions: right, wrong by mistake, wrong on purpose; each says so itself.

They lie in `selftest/correct`, `selftest/mutants` and `selftest/hostile` of the assignment, or
where `solutions` of its TOML says. The first docstring of a file, or a notebook's first cell,
tells what it is and ends with what becomes of it:

    Loses: test_norm, test_total      the checks that a mutant loses, all of them
    May lose: test_mean               those that it loses by some draws only
    By a probe: test_total            those that it loses by the word of a probe alone
    Earns: test_norm                  what a hostile file earns all the same (or "nothing")
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.assignment.folder import AssignmentError
from grader.assignment.nearest import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from grader.assignment.folder import Assignment

KINDS = ("correct", "mutants", "hostile")
_LINE = re.compile(r"^(Loses|May lose|By a probe|Earns): (.+)$", re.MULTILINE)
_WANTED = {"mutants": "Loses", "hostile": "Earns"}


@dataclass(frozen=True)
class Solution:
    """A submission that is kept as a file, with what its docstring says of it."""

    path: Path
    loses: frozenset[str] = frozenset()
    may_lose: frozenset[str] = frozenset()
    by_probe: frozenset[str] = frozenset()
    earns: frozenset[str] = frozenset()

    @property
    def named(self) -> frozenset[str]:
        """All checks that it speaks of."""
        return self.loses | self.may_lose | self.by_probe | self.earns

    def __str__(self) -> str:
        return self.path.stem


@dataclass(frozen=True)
class Solutions:
    """All solutions of an assignment, by kind, in the order of their names."""

    correct: tuple[Solution, ...] = ()
    mutants: tuple[Solution, ...] = ()
    hostile: tuple[Solution, ...] = ()


def load_solutions(assignment: Assignment) -> Solutions:
    """Read an assignment's solutions; AssignmentError names each file that does not say enough."""
    read = {kind: _read_folder(assignment.solutions_of(kind), kind) for kind in KINDS}
    every = [solution for found in read.values() for solution in found]
    wrong = [
        f"{one.path}: there is no check {name}{did_you_mean(name, assignment.checks)}"
        for one in every
        for name in sorted(one.named - set(assignment.checks))
    ]
    if wrong:
        raise AssignmentError("\n".join(wrong))
    return Solutions(**read)


def read_solution(path: Path, kind: str) -> Solution:
    """Read what a file says of itself; AssignmentError where it is of a kind that must say it."""
    said = {name: _names(text) for name, text in _LINE.findall(_docstring(path))}
    wanted = _WANTED.get(kind)
    if wanted and wanted not in said:
        told = f"end the docstring with a line like `{wanted}: test_…`"
        raise AssignmentError(f"{path} does not say what it {wanted.lower()}: {told}")
    lines = ("Loses", "May lose", "By a probe", "Earns")
    return Solution(path, *(said.get(line, frozenset()) for line in lines))


def _read_folder(folder: Path, kind: str) -> tuple[Solution, ...]:
    found = folder.glob("*") if folder.is_dir() else ()
    paths = sorted(path for path in found if path.suffix in (".py", ".ipynb"))
    return tuple(read_solution(path, kind) for path in paths)


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",")) - {"nothing"}


def _docstring(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        return "".join(cells[0]["source"]) if cells else ""
    try:
        return ast.get_docstring(ast.parse(text)) or ""
    except SyntaxError:
        return text
