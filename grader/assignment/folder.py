"""An assignment: the folder, and what its `assignment.toml` says each check is worth.

Every mistake in the file is named with file and line, all of them at once.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from grader.assignment.asked import read_asked
from grader.assignment.isolation import LEVELS
from grader.assignment.lateness import read_late
from grader.assignment.limits import Limits, read_check_limits, read_limits
from grader.assignment.named_paths import read_path, read_reference, read_solutions
from grader.assignment.nearest import there_are
from grader.assignment.needs import read_needs
from grader.assignment.public_data import PublicData, read_public_data
from grader.assignment.read_only import ReadOnly
from grader.assignment.rubric import Measure, Speed, read_measure, read_points, read_speed
from grader.assignment.toml_table import TomlError, load_toml
from grader.grade.late import LatePolicy
from grader.text import NO_TEXT, clean_path, is_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.assignment.toml_table import TomlTable

__all__ = [
    "Assignment",
    "AssignmentError",
    "LatePolicy",
    "Limits",
    "Measure",
    "Speed",
    "find_assignment",
    "load_assignment",
]

_TORCH = re.compile(rb"\btorch\b")
VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")


class AssignmentError(ValueError):
    """The assignment cannot be used as it is; the message has a line for each reason."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment, as its `assignment.toml` states it; paths are absolute.

    It `accepts` one file under one of some names, or else asks for all of its `files`.
    """

    folder: Path
    title: str
    version: str
    exports: tuple[str, ...]
    points: Mapping[str, float]
    accepts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    reference: Path | None = None
    solutions: str = "selftest/*"
    isolation: str = "L2"
    notebook: Literal["needed", "definitions", "all"] = "needed"
    packages: tuple[str, ...] = ()
    data: Path | None = None
    public_data: PublicData | None = None
    fresh: bool = False
    visibility: str = "hidden"
    leaderboard: bool = False
    speed: Mapping[str, Speed] = field(default_factory=dict)
    measure: Mapping[str, Measure] = field(default_factory=dict)
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    check_limits: Mapping[str, Limits] = field(default_factory=dict)
    late: LatePolicy | None = None
    attempts: int | None = None
    hidden_points: float = 0.0
    parameters: Mapping[str, float | str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The folder's name, by which the command line knows the assignment."""
        return self.folder.name

    @property
    def toml(self) -> Path:
        """The file that this was read from."""
        return self.folder / "assignment.toml"

    @property
    def public(self) -> Path:
        """The folder that students get and workers see (it may not exist)."""
        return self.folder / "public"

    @property
    def suite(self) -> Path:
        """The module of public checks."""
        return self.folder / f"test_{self.name}.py"

    @property
    def hidden_suite(self) -> Path:
        """The module of hidden checks, which a student's copy does not have."""
        return self.folder / f"test_{self.name}_hidden.py"

    def solutions_of(self, kind: str) -> Path:
        """The folder of the solutions of a kind, `correct`, `mutants` or `hostile`."""
        return (self.folder / self.solutions.replace("*", kind)).resolve()

    @property
    def handed_in(self) -> tuple[str, ...]:
        """The names of what is handed in: alternatives, or files that are all asked for."""
        return self.files or self.accepts

    @property
    def checks(self) -> tuple[str, ...]:
        """Names of the checks, in the order of `[points]`."""
        return tuple(self.points)

    @property
    def max_score(self) -> float:
        """The points of all checks that this copy can run."""
        return round(math.fsum(self.points.values()), 6)

    def limits_of(self, check: str) -> Limits:
        """What one run of a check may use."""
        return self.check_limits.get(check, self.limits)

    @property
    def uses_torch(self) -> bool:
        """Whether a Python file of the folder, or the reference, speaks of torch."""
        paths = [*self.folder.rglob("*.py"), *([self.reference] if self.reference else [])]
        return any(_TORCH.search(path.read_bytes()) for path in paths if path.is_file())

    @property
    def preloads(self) -> tuple[str, ...]:
        """What is imported before the first worker is forked: the packages, and torch if it is."""
        return (*(["torch"] if self.uses_torch else []), *self.packages)

    @property
    def is_instructors(self) -> bool:
        """Whether this copy holds answers: the hidden checks or the reference."""
        return self.hidden_suite.exists() or bool(self.reference and self.reference.exists())


def find_assignment(name: str | Path, root: Path | None = None) -> Path:
    """Return the folder meant by a path, or by a name under `./assignments`.

    Raises AssignmentError when there is none, and names those there are.
    """
    if name == "":
        raise AssignmentError("the name of the assignment is empty: is a variable not set?")
    root = root or Path.cwd()
    for candidate in (root / name, root / "assignments" / name):
        folder = candidate.parent if candidate.name == "assignment.toml" else candidate
        try:
            if (folder / "assignment.toml").is_file():
                return folder.resolve()
        except OSError as error:
            raise AssignmentError(f"{folder}: cannot be read: {error.strerror}") from error
    there = sorted(path.parent.name for path in root.glob("assignments/*/assignment.toml"))
    hint = f"; {there_are(there, str(name))}" if there else ""
    where = root / "assignments"
    raise AssignmentError(f"{name}: no folder with an assignment.toml, nor in {where}{hint}")


def load_assignment(path_or_name: str | Path) -> Assignment:
    """Read an assignment; raises AssignmentError with a line for every mistake."""
    folder = find_assignment(path_or_name)
    if not is_text(str(folder)):  # it is sent to processes, and kept beside grades
        raise AssignmentError(f"{clean_path(str(folder))} {NO_TEXT}")
    try:
        table = load_toml(folder / "assignment.toml")
    except TomlError as error:
        raise AssignmentError(str(error)) from error
    values = _read(table, folder)
    if table.problems:
        raise AssignmentError("\n".join(table.problems))
    return Assignment(folder=folder, **values)


def _read(table: TomlTable, folder: Path) -> dict[str, Any]:
    for key in ("title", "exports", "points"):
        table.require(key)
    reference, data = read_reference(table), read_path(table, "data")
    packages = table.names("packages", r"[^\W\d]\w*", "a package to import")
    of_points = table.table("points")
    points, checks = read_points(of_points), tuple(of_points.values)
    speed = read_speed(table.table("speed"), checks)
    of_limits = table.table("limits")
    limits = read_limits(of_limits)
    values = {
        "title": table.words("title", "a text", ""),
        "version": table.words("version", "a text", "1"),
        **read_asked(table, folder, packages, reference),
        "exports": table.names("exports", r"[^\W\d]\w*", "a name of a function"),
        "points": ReadOnly(points),
        "reference": reference,
        "solutions": read_solutions(table),
        "packages": packages,
        "data": data,
        "public_data": read_public_data(table, folder, reference, data),
        "isolation": table.choice("isolation", tuple(LEVELS), "L2"),
        "notebook": table.choice("notebook", ("needed", "definitions", "all"), "needed"),
        "fresh": table.flag("fresh", default=False),
        "visibility": table.choice("visibility", VISIBILITIES, "hidden"),
        "leaderboard": table.flag("leaderboard", default=False),
        "speed": ReadOnly(speed),
        "measure": ReadOnly(read_measure(table.table("measure"), checks)),
        "needs": ReadOnly(read_needs(table.table("needs"), checks, speed)),
        "limits": limits,
        "check_limits": ReadOnly(read_check_limits(of_limits, limits, checks, speed)),
        "late": read_late(table),
        "attempts": table.positive("attempts", int, None),
        "hidden_points": table.positive("hidden_points", float, 0.0),
        "parameters": ReadOnly(_read_parameters(table.table("parameters"))),
    }
    table.close()
    _require_suite(table, folder)
    return values


def _require_suite(table: TomlTable, folder: Path) -> None:
    suite = folder / f"test_{folder.name}.py"
    if not suite.is_file():
        table.complain("points", f"there is no {suite}, the module of the checks")


def _read_parameters(table: TomlTable) -> dict[str, float | str]:
    what = "a number or a text"
    found = {key: table.take(key, (int, float, str), what) for key in table.values}
    return {key: value for key, value in found.items() if value is not None}
