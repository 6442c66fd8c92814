"""Every correct hw3 keeps every point, and every mutant loses just what it says.

The fast tests leave out what trains for seconds, but for one solution of either kind, draw a part
of the inputs, and ask of the mutants that `by_turns` chooses the checks that `within_reach` does;
the slow ones do all.
"""

import pytest

from grader.assignment.suite import load_suite
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from tests.submissions import (
    HERE,
    by_turns,
    correct,
    exports_by_check,
    is_as_said,
    mutants,
    within_reach,
)

HW3 = HERE.parent / "assignments" / "hw3"
FAST = GradingOptions(seed=1, share=0.3)
SEEDS = [
    pytest.param(GradingOptions(seed=seed), marks=pytest.mark.slow, id=f"seed{seed}")
    for seed in range(5)
]
MUTANTS = mutants("hw3")
LONG = frozenset(
    {"test_train_fits_both_networks", "test_cnn_finds_unseen_places", "test_mlp_learns_where"}
)
"""Checks that train for a second or more each."""


@pytest.fixture(scope="session")
def hw3(homework):
    """The assignment as an instructor has it."""
    return homework("hw3")[0]


@pytest.fixture(scope="session")
def sandbox(homework):
    """One zygote for all of them, as in a class run."""
    return homework("hw3")[1]


@pytest.fixture(scope="session")
def calls(hw3, sandbox):
    """Which exports each check calls."""
    return exports_by_check(hw3, sandbox)


def unraced(assignment):
    """The checks that are not timed."""
    return frozenset(assignment.checks) - load_suite(assignment).timed


def lost(assignment, sandbox, path, select, options=FAST):
    """Grade a file by some checks; what earned less than everything, and why."""
    grade = grade_submission(assignment, path, options=options, sandbox=sandbox, select=select)
    return {
        check.name: f"{check.verdict}: {check.message}"
        for check in grade.checks
        if check.credit < 1 and check.is_decided
    }


@pytest.mark.parametrize("options", [pytest.param(FAST, id="fast"), *SEEDS])
@pytest.mark.parametrize("solution", correct("hw3"), ids=str)
def test_a_correct_submission_keeps_every_point(hw3, sandbox, solution, options):
    """Style does not matter: what is right earns everything."""
    long = frozenset() if options is not FAST or solution.path.stem == "torch_calls" else LONG
    assert lost(hw3, sandbox, solution.path, unraced(hw3) - long, options) == {}


@pytest.mark.parametrize("mutant", by_turns(MUTANTS))
def test_a_mutant_loses_what_it_says(hw3, sandbox, calls, mutant):
    """A wrong solution loses the checks in its docstring, and no others that it is asked."""
    select = within_reach(mutant, calls, MUTANTS.index(mutant)) - LONG or mutant.loses
    found = lost(hw3, sandbox, mutant.path, select)
    assert mutant.loses & select <= found.keys() <= mutant.loses | mutant.may_lose, found


@pytest.mark.parametrize("options", SEEDS)
@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_loses_no_more_when_all_is_run(hw3, sandbox, mutant, options):
    """A wrong solution loses the checks in its docstring and no others, whatever is drawn."""
    found = lost(hw3, sandbox, mutant.path, unraced(hw3), options)
    assert is_as_said(found, mutant), found


def test_every_check_calls_something(hw3, calls):
    """What is known of a check's calls is known of every check."""
    assert calls.keys() == unraced(hw3)


def test_every_check_is_failed_by_some_mutant(hw3):
    """A check that no wrong solution fails is worth nothing."""
    failed = frozenset().union(*(mutant.loses for mutant in MUTANTS))
    assert failed == unraced(hw3)


def test_no_two_mutants_are_the_same_file():
    """Each mutant is a solution of its own."""
    texts = [mutant.path.read_bytes() for mutant in MUTANTS]
    assert len(set(texts)) == len(texts) >= 30
