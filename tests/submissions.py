"""The files that declare what must become of them, and rooms to grade them in."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

HERE = Path(__file__).parent
_LOSES = re.compile(r"^Loses: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Declared:
    """A submission kept as a file, with what its docstring says of it."""

    path: Path
    loses: frozenset[str]

    def __str__(self) -> str:
        return self.path.stem


def correct(assignment: str) -> list[Declared]:
    """The right solutions of an assignment: they lose nothing."""
    return [Declared(path, frozenset()) for path in _files("correct", assignment)]


def mutants(assignment: str) -> list[Declared]:
    """The wrong solutions of an assignment; each says which checks it loses."""
    return [_mutant(path) for path in _files("mutants", assignment)]


def _files(kind: str, assignment: str) -> list[Path]:
    found = (HERE / kind / assignment).glob("*")
    return sorted(path for path in found if path.suffix in (".py", ".ipynb"))


def _mutant(path: Path) -> Declared:
    match = _LOSES.search(_docstring(path))
    if match is None:
        raise ValueError(f"{path} does not say what it loses: end its docstring with `Loses: …`")
    return Declared(path, frozenset(name.strip() for name in match[1].split(",")))


def _docstring(path: Path) -> str:
    if path.suffix == ".ipynb":
        return str(nbformat.read(path, as_version=4).cells[0].source)
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
