"""The files that declare what must become of them, and sandboxes to grade them in."""

import ast
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from grader.assignment.folder import Assignment
from grader.assignment.suite import load_suite
from grader.grading.devices import open_gradings
from grader.grading.options import GradingOptions
from grader.plugin.session import run_checks
from grader.sandbox.opened import Sandbox
from grader.submission.calls import Calls

HERE = Path(__file__).parent
HW1 = HERE.parent / "assignments" / "hw1"
_SHORTER = {
    '"../../reference/': f'"{HERE.parent}/reference/',
    "epochs    = 500": "epochs    = 150",
    "full  = 0.6\nnone  = 0.99": "full  = 0.92\nnone  = 0.99",
}
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


SHORT = {
    "early": "early_stop",
    "escape": "escape_direction",
    "failing": "failing_depth",
    "ratio": "minimum_ratio",
    "robust": "train_robust",
}
"""First words of mutants' names that stand for an export with a longer name."""
_WHOLE, _REACH = 40, 6  # one mutant in so many is asked everything, or all that its change reaches
TRAINED = frozenset(
    {
        "test_fit_beats_yesterday",
        "test_train_learns_a_curve",
        "test_train_robust_beats_plain_training",
        "test_training_reaches_the_loss_of_the_note",
    }
)
"""Checks that train for seconds: most of the time of a grade of hw1."""


def exports_by_check(assignment: Assignment, sandbox: Sandbox) -> dict[str, set[str]]:
    """Tell which exports each check may hear of, as seen while the reference is graded.

    A check that calls nothing itself has its answers from calls of another: it may hear of all.
    """
    asked = set(assignment.checks) - load_suite(assignment).timed
    found: dict[str, set[str]] = {}
    gradings = open_gradings(
        assignment, GradingOptions(seed=1, share=0.1, role="reference"), sandbox=sandbox
    )
    grading, make = gradings.first, Calls.make

    def noted(calls: Calls, name: str, *args: object, **more: object) -> object:
        if grading.check_run is not None:
            found.setdefault(grading.check_run.check.name, set()).add(name)
        return make(calls, name, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Calls, "make", noted)
        run_checks(gradings, asked)
    return {name: found.get(name, set(assignment.exports)) for name in asked}


def within_reach(mutant: Declared, calls: dict[str, set[str]], number: int) -> frozenset[str]:
    """Choose the checks that a mutant can lose: those that call what it gets wrong.

    Always those that it is said to lose. One in six is also asked the others that its change
    reaches: those that call the export that its name begins with, or what else is called by a check
    that it loses, but for those that train for long. One in forty is asked everything, and all
    are by the slow tests.
    """
    if number % _WHOLE == 0:
        return frozenset(calls) | mutant.loses
    if number % _REACH:
        return mutant.loses
    first = mutant.path.stem.partition("_")[0]
    wrong = {SHORT.get(first, first)}
    for name in mutant.loses & calls.keys():
        wrong |= set() if calls[name] & wrong else calls[name]
    reached = frozenset(name for name, called in calls.items() if called & wrong)
    return (reached - TRAINED) | mutant.loses


def shorten_hw1(into: Path) -> Path:
    """Copy hw1 into a folder, with its long fit shortened by its own parameters."""
    folder = into / "hw1"
    shutil.copytree(HW1, folder, ignore=shutil.ignore_patterns("__pycache__"))
    toml = folder / "assignment.toml"
    text = toml.read_text(encoding="utf-8")
    for long, short in _SHORTER.items():
        if long not in text:
            raise ValueError(f"{long!r} is not in {toml.name}")
        text = text.replace(long, short)
    toml.write_text(text, encoding="utf-8")
    return folder


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
