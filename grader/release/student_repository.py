"""From the instructor's folder to the student's repository, without answers.

Files get in by an allow-list: the public folder, the module of public checks with what it
needs of its neighbours, the handout, the starters. Then the result is searched for answers,
before it is moved into place.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from grader.assignment.parsing import read_module
from grader.assignment.suite import load_suite
from grader.files import new_folder, require_folder
from grader.grade.points import show
from grader.release.answers import checks_of, find_answers
from grader.release.exports import find_undefined
from grader.release.pruning import PruningError, prune
from grader.release.public_data import find_hidden_data, find_too_large, put_public_data
from grader.release.released_toml import render_released_toml
from grader.release.requirements import requirements_of
from grader.release.solutions import SolutionError, strip_notebook, strip_solutions
from grader.release.template import render_template

if TYPE_CHECKING:
    from pathlib import Path

    from grader.assignment.folder import Assignment


class ReleaseError(ValueError):
    """The student's repository cannot be made; nothing was left behind."""


@dataclass(frozen=True, slots=True)
class Kit:
    """How students get torchmarks: a wheel to put into the repository, or a requirement."""

    requirement: str
    wheel: Path | None = None

    @property
    def install(self) -> str:
        """What to give to pip, from the top of the repository."""
        return f"wheels/{self.wheel.name}" if self.wheel else self.requirement

    def put_wheel(self, folder: Path) -> None:
        """Put the wheel, if there is one, where `install` says."""
        if self.wheel:
            (folder / "wheels").mkdir()
            shutil.copyfile(self.wheel, folder / self.install)


def release(assignment: Assignment, destination: Path, kit: Kit) -> list[Path]:
    """Make the student's repository and return its files, relative to it.

    The package of checks is not at the top, where it would hide the student's module of the
    same name. Raises ReleaseError if the destination has something in it, a mark of a solution
    has no partner, or an answer would get out; AssignmentError if suite and points disagree.
    """
    require_empty(destination)
    require_ready(assignment, destination)
    _require_public_data(assignment)
    try:
        with new_folder(destination) as beside:
            _fill(beside, assignment, kit)
            for answer in find_answers(beside, assignment):
                raise ReleaseError(answer)
    except (PruningError, SolutionError) as error:
        raise ReleaseError(str(error)) from error
    except OSError as error:
        raise ReleaseError(f"{destination}: cannot be made: {error}") from error
    return sorted(p.relative_to(destination) for p in destination.rglob("*") if p.is_file())


def require_ready(assignment: Assignment, destination: Path) -> None:
    """Raise AssignmentError where suite and points disagree, ReleaseError for what is not to be.

    That is an export that the reference lacks, which no student could write either, and a place in
    the assignment's own folder: what lies there goes along with the next release or package.
    """
    load_suite(assignment)
    for sentence in find_undefined(assignment):
        raise ReleaseError(sentence)
    if destination.resolve().is_relative_to(assignment.folder.resolve()):
        raise ReleaseError(
            f"{destination} lies in the assignment's own folder, {assignment.folder}: name a place "
            "outside"
        )


def _require_public_data(assignment: Assignment) -> None:
    """Raise ReleaseError for public data that cannot be public, or that a repository cannot hold.

    What is left out of the repository is looked through all the same: workers read it.
    """
    held = assignment.public_data
    for sentence in find_hidden_data(assignment):
        raise ReleaseError(sentence)
    for sentence in find_too_large(assignment) if held and not held.get_from else ():
        raise ReleaseError(sentence)


def require_empty(destination: Path) -> None:
    """Raise ReleaseError where a folder cannot be made, or where there is something already."""
    try:
        there = os.path.lexists(destination)
        if there and (not destination.is_dir() or any(destination.iterdir())):
            raise ReleaseError(f"{destination} exists and is not an empty folder")
        require_folder(destination)
    except OSError as error:
        raise ReleaseError(f"{destination}: cannot be made: {error.strerror}") from error


def copy_public(assignment: Assignment, folder: Path, data: str = "") -> None:
    """Copy what students may have of an assignment's own folder: checks and public module.

    Public data lies in `data`, a path from there.
    """
    folder.mkdir(parents=True)
    for path, text in prune(assignment.suite, assignment.folder).items():
        target = folder / path.relative_to(assignment.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    package = assignment.folder / "__init__.py"
    text = read_module(package) if package.exists() else ""
    (folder / "__init__.py").write_text(text, encoding="utf-8")
    toml = render_released_toml(assignment, checks_of(assignment.suite), data)
    (folder / "assignment.toml").write_text(toml, encoding="utf-8")
    if assignment.public.is_dir():
        quiet = shutil.ignore_patterns("__pycache__", ".*", "*hidden*")
        shutil.copytree(assignment.public, folder / "public", ignore=quiet)


def _fill(root: Path, assignment: Assignment, kit: Kit) -> None:
    folder = root / "assignments" / assignment.name
    copy_public(assignment, folder, _TO_TOP)
    if assignment.public_data and not assignment.public_data.get_from:
        put_public_data(assignment, root)
    has_handout = _put_handout(folder, assignment)
    first, *others = _put_starters(root, assignment)
    kit.put_wheel(root)
    step = "".join(letter for letter in assignment.name.lower() if letter.isalnum())
    public = sum(assignment.points[name] for name in checks_of(assignment.suite))
    values = {
        "assignment": assignment,
        "starter": first,
        "graded": "." if assignment.files else first,
        "others": others,
        "install": kit.install,
        "packages": requirements_of(assignment.packages),
        "step": step,
        "result": f"{step.upper()}_RESULTS",
        "public_points": show(round(100 * public)),
        "hidden_points": show(round(100 * (assignment.max_score - public))),
        "handout": has_handout,
    }
    for name, place in _TEMPLATES.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(render_template(f"student/{name}", **values), encoding="utf-8")


_TO_TOP = "../../"
_PICTURES = {".png", ".svg", ".jpg", ".jpeg", ".gif"}
_TEMPLATES = {
    "README.md": "README.md",
    "classroom.yml": ".github/workflows/classroom.yml",
    "pytest.ini": "pytest.ini",
    "requirements.txt": "requirements.txt",
    "gitignore": ".gitignore",
}


def _put_handout(folder: Path, assignment: Assignment) -> bool:
    """Put the handout, if any, and the pictures that it names: others may show an answer."""
    handout = assignment.folder / "handout.md"
    if not handout.exists():
        return False
    said = unquote(handout.read_text(encoding="utf-8", errors="replace"))
    named = [path for path in handout.parent.iterdir() if path.name in said]
    for path in [handout, *(path for path in named if path.suffix.lower() in _PICTURES)]:
        shutil.copyfile(path, folder / path.name)
    return True


def _put_starters(root: Path, assignment: Assignment) -> list[str]:
    """Put the first starter at the top, others into a folder; return their names.

    What is handed in together lies at the top together, as far as there is a starter of it.
    """
    folder = assignment.folder / "starter"
    found = [name for name in assignment.handed_in if (folder / name).is_file()]
    if not found:
        raise ReleaseError(f"{folder} holds none of {', '.join(assignment.handed_in)}: no starter")
    for i, name in enumerate(found):
        place = root / "starter" / name if i and not assignment.files else root / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(_stripped(folder / name))
    return found


def _stripped(starter: Path) -> bytes:
    if starter.suffix == ".py":
        return strip_solutions(read_module(starter), str(starter)).encode()
    if starter.suffix != ".ipynb":
        return starter.read_bytes()
    try:
        return strip_notebook(starter.read_text(encoding="utf-8-sig"), str(starter)).encode()
    except UnicodeDecodeError as error:
        raise SolutionError(f"{starter}: is not UTF-8 text") from error
