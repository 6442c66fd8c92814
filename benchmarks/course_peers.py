"""Peers of `benchmarks.course`: otter, nbgrader and check50, as their documentation runs them.

    python3.11 -m venv .peers
    .peers/bin/pip install otter-grader==7.0.0 nbgrader==0.9.6 check50==3.5.0 hypothesis torch

Each is given the same checks, the functions of benchmarks/small/test_small.py, in the form that it
asks for, and the same files; it runs its own command for each of them, in a folder of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from grader.assignment.folder import load_assignment

SMALL = Path(__file__).with_name("small")
CHECKS = tuple(load_assignment(SMALL).points)
OTTER = """OK_FORMAT = False
name, points = "small", {count}

import sys
from types import SimpleNamespace

from otter.test_files import test_case

sys.path.insert(0, {suite!r})
import test_small

"""
OTTER_CASE = """
@test_case(points=1)
def case_{check}(env):
    test_small.{check}(SimpleNamespace(**env))
"""
CHECK50 = """import sys

import check50
import check50.py

sys.path.insert(0, {suite!r})
import test_small


@check50.check()
def exists():
    \"\"\"It is there.\"\"\"
    check50.exists("small.py")

"""
CHECK50_CASE = '''
@check50.check(exists)
def {check}():
    """{check}"""
    try:
        test_small.{check}(check50.py.import_("small.py"))
    except AssertionError as error:
        raise check50.Failure(str(error))
'''
NBGRADER_CONFIG = """c = get_config()
c.CourseDirectory.course_id = "small"
c.IncludeHeaderFooter.header = ""
"""
NBGRADER_CELL = """import sys
from types import SimpleNamespace

sys.path.insert(0, {suite!r})
import test_small

test_small.{check}(SimpleNamespace(**globals()))
"""


@dataclass(frozen=True)
class Command:
    """A program with its arguments, and the folder that it is run in."""

    words: list[str]
    folder: Path
    environment: dict[str, str]


Peer = Callable[[Sequence[Path]], list[Command]]


def sides(venv: Path | None, place: Path) -> tuple[dict[str, Peer], list[str]]:
    """Return the commands of the peers that a virtual environment has, and who is missing."""
    made = {"otter": (Otter, "otter"), "nbgrader": (Nbgrader, "nbgrader")}
    made |= {"check50": (Check50, "check50")}
    there = {n for n, (_, program) in made.items() if venv and (venv / "bin" / program).exists()}
    missing = [name for name in made if name not in there]
    if venv is None:
        return {}, missing
    venv = venv.absolute()
    return {
        n: kind(venv, place / n).commands for n, (kind, _) in made.items() if n in there
    }, missing


class Tool(ABC):
    """One peer: its programs, and a folder that it works in."""

    def __init__(self, venv: Path, place: Path) -> None:
        self.programs, self.place = venv / "bin", place
        path = f"{self.programs}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "JUPYTER_PREFER_ENV_PATH": "1"}
        place.mkdir(parents=True)
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """Write the checks in the form that it asks for."""

    def command(self, program: str, *words: object, folder: Path) -> Command:
        """Return a command of its environment."""
        return Command([str(self.programs / program), *map(str, words)], folder, self.environment)

    def run(self, program: str, *words: object) -> None:
        """Run a command in its folder; raises CalledProcessError."""
        command = self.command(program, *words, folder=self.place)
        subprocess.run(
            command.words, cwd=self.place, env=self.environment, check=True, capture_output=True
        )

    def fresh(self, path: Path) -> Path:
        """Return a folder for one submission, with it in there under its name."""
        folder = self.place / "handed" / path.stem
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(path, folder / "small.py")
        return folder


class Otter(Tool):
    """`otter run` on a script, by the zip file that `otter generate` makes."""

    def prepare(self) -> None:
        """Write a file of exception-based tests, and have the zip made."""
        (self.place / "tests").mkdir()
        cases = "".join(OTTER_CASE.format(check=check) for check in CHECKS)
        text = OTTER.format(count=len(CHECKS), suite=str(SMALL)) + cases
        (self.place / "tests" / "small.py").write_text(text, encoding="utf-8")
        self.run("otter", "generate", "-t", "tests", "-o", "autograder.zip")

    def commands(self, files: Sequence[Path]) -> list[Command]:
        """Return the command of each file."""
        zipped = self.place / "autograder.zip"
        return [
            self.command("otter", "run", "-a", zipped, "--no-logo", "small.py", folder=folder)
            for folder in map(self.fresh, files)
        ]


class Check50(Tool):
    """`check50 --dev` in the folder of a submission."""

    def prepare(self) -> None:
        """Write a package of checks."""
        package = self.place / "checks"
        package.mkdir()
        (package / ".cs50.yaml").write_text("check50:\n  checks: __init__.py\n", encoding="utf-8")
        cases = "".join(CHECK50_CASE.format(check=check) for check in CHECKS)
        text = CHECK50.format(suite=str(SMALL)) + cases
        (package / "__init__.py").write_text(text, encoding="utf-8")

    def commands(self, files: Sequence[Path]) -> list[Command]:
        """Return the command of each file."""
        words = ["--dev", "-o", "json", "--output-file", "result.json", self.place / "checks"]
        return [self.command("check50", *words, folder=self.fresh(path)) for path in files]


class Nbgrader(Tool):
    """`nbgrader autograde` of one student at a time, in a course that it has generated."""

    def prepare(self) -> None:
        """Write the source notebook, and have the assignment generated."""
        config = self.place / "nbgrader_config.py"
        config.write_text(NBGRADER_CONFIG, encoding="utf-8")
        self.write("source/small", "raise NotImplementedError")
        self.run("nbgrader", "generate_assignment", "small")

    def write(self, folder: str, solution: str) -> None:
        """Write a notebook with a solution in it."""
        cells = [_cell("solution", solution, grade=False)]
        for check in CHECKS:
            text = NBGRADER_CELL.format(suite=str(SMALL), check=check)
            cells.append(_cell(check, text, grade=True))
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
        (self.place / folder).mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, self.place / folder / "small.ipynb")

    def commands(self, files: Sequence[Path]) -> list[Command]:
        """Return the command of each file, whose text is in the notebook's first cell."""
        commands = []
        for path in files:
            student = path.stem
            shutil.rmtree(self.place / "autograded" / student, ignore_errors=True)
            self.write(f"submitted/{student}/small", path.read_text(encoding="utf-8"))
            words = ["autograde", "small", "--student", student, "--force"]
            commands.append(self.command("nbgrader", *words, folder=self.place))
        return commands


def _cell(name: str, text: str, *, grade: bool) -> nbformat.NotebookNode:
    about = {"grade": grade, "solution": not grade, "locked": grade, "grade_id": name}
    about |= {"schema_version": 3, "task": False, "cell_type": "code"}
    return new_code_cell(text, metadata={"nbgrader": about | ({"points": 1} if grade else {})})
