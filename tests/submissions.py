"""The files that declare what must become of them, and sandboxes to grade them in."""

import shutil
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from grader.assignment.folder import Assignment, load_assignment
from grader.assignment.suite import load_suite
from grader.grading.devices import open_gradings
from grader.grading.options import GradingOptions
from grader.plugin.session import run_checks
from grader.sandbox.opened import Sandbox
from grader.selftest.solutions import Solution, Solutions, load_solutions
from grader.submission.calls import Calls

HERE = Path(__file__).parent
HW1 = HERE.parent / "assignments" / "hw1"
_SHORTER = {
    '"../../reference/': f'"{HERE.parent}/reference/',
    "epochs    = 500": "epochs    = 150",
    "polish    = 30": "polish    = 10",
    "full  = 0.6\nnone  = 0.99": "full  = 0.92\nnone  = 0.99",
}


def correct(assignment: str) -> list[Solution]:
    """The right solutions of an assignment: they lose nothing."""
    return list(solutions_of(assignment).correct)


def mutants(assignment: str) -> list[Solution]:
    """The wrong solutions of an assignment; each says which checks it loses."""
    return list(solutions_of(assignment).mutants)


@cache
def solutions_of(assignment: str) -> Solutions:
    """All solutions of one of our assignments; of none of them there are none."""
    found = load_solutions(load_assignment(HERE.parent / "assignments" / assignment))
    if not (found.correct and found.mutants):
        raise ValueError(f"{assignment}: `solutions` of its TOML leads to no solutions")
    return found


def by_turns(wrong: Iterable[Solution]) -> list[ParameterSet]:
    """Mark as slow all but so many that each check is lost by two of them, or by all that lose it.

    Those that lose the fewest checks are chosen first: they are the ones that tell checks apart.
    """
    lost_by, marked = Counter[str](), {}
    for mutant in sorted(wrong, key=lambda one: (len(one.loses), one.path.stem)):
        is_chosen = any(lost_by[check] < _TWICE for check in mutant.loses)
        lost_by.update(mutant.loses if is_chosen else ())
        marks = () if is_chosen else pytest.mark.slow
        marked[mutant] = pytest.param(mutant, marks=marks, id=str(mutant))
    return [marked[mutant] for mutant in wrong]


def is_as_said(found: Collection[str], mutant: Solution) -> bool:
    """Whether a mutant lost what it says it loses, and besides only what it may lose."""
    return mutant.loses <= set(found) <= mutant.loses | mutant.may_lose


SHORT = {
    "count": "count_parameters",
    "early": "early_stop",
    "escape": "escape_direction",
    "failing": "failing_depth",
    "ratio": "minimum_ratio",
    "robust": "train_robust",
}
"""First words of mutants' names that stand for an export with a longer name."""
_TWICE = 2
_WHOLE, _REACH = 40, 6  # one mutant in so many is asked everything, or all that its change reaches
TRAINED = frozenset(
    {
        "test_fit_beats_yesterday",
        "test_train_learns_a_curve",
        "test_train_robust_beats_plain_training",
        "test_a_seed_means_one_model",
        "test_training_reaches_the_loss_of_the_note",
    }
)
"""Checks that train for seconds: most of the time of a grade of hw1."""


def exports_by_check(assignment: Assignment, sandbox: Sandbox) -> dict[str, set[str]]:
    """Tell which exports each check may hear of, as seen while the reference earns every point.

    A check that calls nothing itself has its answers from calls of another: it may hear of all.
    """
    asked = set(assignment.checks) - load_suite(assignment).timed
    found: dict[str, set[str]] = {}
    gradings = open_gradings(
        assignment, GradingOptions(seed=1, share=0.1, role="reference"), sandbox=sandbox
    )
    grading, make = gradings.first, Calls.make

    def noted(calls: Calls, name: object, *args: object, **more: object) -> object:
        if isinstance(name, str) and grading.check_run is not None:
            found.setdefault(grading.check_run.check.name, set()).add(name)
        return make(calls, name, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Calls, "make", noted)
        grade = run_checks(gradings, asked)
    assert [check for check in grade.checks if check.name in asked and not check.is_full] == []
    return {name: found.get(name, set(assignment.exports)) for name in asked}


def within_reach(mutant: Solution, calls: dict[str, set[str]], number: int) -> frozenset[str]:
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
