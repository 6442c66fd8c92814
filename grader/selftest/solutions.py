"""An assignment's own solutions: right, wrong by mistake, wrong on purpose; each says so itself.

They lie in `selftest/correct`, `selftest/mutants` and `selftest/hostile` of the assignment, or
where `solutions` of its TOML says. Each is a file, or where several files are handed in together a
folder with all of them, of which the first with code says what becomes of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.assignment.folder import Assignment, AssignmentError
from grader.assignment.nearest import did_you_mean
from grader.selftest.docstrings import LABELS, read_lines
from grader.selftest.equivalents import Equivalents, load_equivalents
from grader.source.notices import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = ("correct", "mutants", "hostile")
REFERENCE = "reference"
_CODE = (".py", ".ipynb")
_WANTED = {"mutants": "Loses", "hostile": "Earns"}
_OUR_OWN = "selftest/*"
"""Where nothing else has a reason to lie."""


@dataclass(frozen=True)
class Solution:
    """A submission that is kept, with what its docstring says of it: a file, or a folder of them.

    Its `kind` is one of the three, or that it is the reference.
    """

    path: Path
    loses: frozenset[str] = frozenset()
    may_lose: frozenset[str] = frozenset()
    by_probe: frozenset[str] = frozenset()
    earns: frozenset[str] = frozenset()
    kind: str = ""

    @property
    def named(self) -> frozenset[str]:
        """All checks that it speaks of."""
        return self.loses | self.may_lose | self.by_probe | self.earns

    @property
    def where(self) -> str:
        """Its kind and its name: `mutants/double.py`."""
        return f"{self.kind}/{self.path.name}" if self.kind else self.path.name

    def __str__(self) -> str:
        return self.path.stem


@dataclass(frozen=True)
class Solutions:
    """All solutions of an assignment, by kind, in the order of their names.

    The `equivalents` lie beside those that are right.
    """

    correct: tuple[Solution, ...] = ()
    mutants: tuple[Solution, ...] = ()
    hostile: tuple[Solution, ...] = ()
    equivalents: Equivalents = field(default_factory=Equivalents)


def load_solutions(assignment: Assignment) -> Solutions:
    """Read an assignment's solutions; AssignmentError names each file that does not say enough."""
    _require_folders(assignment)
    read = {kind: _read_folder(assignment, kind) for kind in KINDS}
    every = [solution for found in read.values() for solution in found]
    wrong = [
        f"{one.path}: there is no check {name}{did_you_mean(name, assignment.checks)}"
        for one in every
        for name in sorted(one.named - set(assignment.checks))
    ]
    if wrong:
        raise AssignmentError("\n".join(wrong))
    return Solutions(**read, equivalents=load_equivalents(assignment.solutions_of("correct")))


def _require_folders(assignment: Assignment) -> None:
    """Raise AssignmentError for solutions that lie where nobody looks."""
    folders = [assignment.solutions_of(kind) for kind in KINDS]
    is_our_own = assignment.solutions == _OUR_OWN
    if not is_our_own and not any(folder.is_dir() for folder in folders):
        toml, names = assignment.folder / "assignment.toml", ", ".join(KINDS)
        told = f"solutions = {assignment.solutions!r} leads to no folder: its * stands for {names}"
        raise AssignmentError(f"{toml}: {told}")
    above = folders[0].parent
    if Path(assignment.solutions).name != "*" or not above.is_dir():
        return
    for path in sorted(filter(_is_kept, above.iterdir())):
        meant = did_you_mean(path.name, KINDS)
        if path.name not in KINDS and (is_our_own or meant):
            raise AssignmentError(f"{path}: is none of {', '.join(KINDS)}{meant}")


def _is_kept(path: Path) -> bool:
    """Whether it is a folder, and none that Python or an editor leaves behind."""
    return path.is_dir() and not path.name.startswith(("_", "."))


def _read_folder(assignment: Assignment, kind: str) -> tuple[Solution, ...]:
    folder = assignment.solutions_of(kind)
    held = sorted(folder.iterdir()) if folder.is_dir() else []
    files = [path for path in held if path.suffix in _CODE and not path.is_dir()]
    if not assignment.files:
        _require_none_deeper(held, folder)
        return tuple(_read_solution(path, path, kind) for path in files)
    names = assignment.files
    if files:
        together = f"is one file, and {listed([*names])} are handed in together"
        raise AssignmentError(f"{files[0]}: {together}: put them into a folder of their own there")
    folders = filter(_is_kept, held)
    return tuple(_read_solution(path, _first_of(path, names), kind) for path in folders)


def _require_none_deeper(held: Iterable[Path], folder: Path) -> None:
    """Raise AssignmentError for solutions in a folder of a folder, where nobody would see them."""
    for path in filter(_is_kept, held):
        if any(one.suffix in _CODE for one in path.rglob("*")):
            told = "is a folder, and one file is handed in at a time: put its files into"
            raise AssignmentError(f"{path}: {told} {folder}")


def _first_of(folder: Path, names: tuple[str, ...]) -> Path:
    """Return the first file with code, of those that are handed in together."""
    code = (folder / name for name in names if name.endswith(_CODE))
    first = next(filter(Path.is_file, code), None)
    if first is None:
        raise AssignmentError(f"{folder}: holds none of {', '.join(names)}")
    return first


def _read_solution(path: Path, file: Path, kind: str) -> Solution:
    """Read what a file says of a solution; AssignmentError where its kind must say more."""
    said = read_lines(file, believed=kind != "hostile")
    wanted = _WANTED.get(kind)
    if wanted and wanted not in said:
        told = f"end the docstring with a line like `{wanted}: test_…`"
        raise AssignmentError(f"{file} does not say what it {wanted.lower()}: {told}")
    loses, may_lose, by_probe, earns = (said.get(label, frozenset()) for label in LABELS)
    return Solution(path, loses, may_lose, by_probe, earns, kind)
