"""Every correct hw1 keeps every point, and every mutant loses just what it says.

The long fit runs 150 epochs here and not 500, and twice 10 after that and not 30, by the parameters
of a copy of the assignment; half of the inputs are drawn, what trains for seconds is asked of one
right solution, and of the mutants those that `by_turns` chooses are asked the checks that
`within_reach` does: the slow tests have them all do everything.
"""

import pytest

from grader.assignment.folder import load_assignment
from grader.assignment.suite import load_suite
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from tests.submissions import (
    HW1,
    TRAINED,
    by_turns,
    correct,
    exports_by_check,
    is_as_said,
    mutants,
    within_reach,
)

MUTANTS = mutants("hw1")
DRAWS = GradingOptions(seed=1, share=0.5)


@pytest.fixture(scope="session")
def hw1(homework):
    """The assignment, with its long fit shortened by its own parameters."""
    return homework("hw1", short=True)[0]


@pytest.fixture(scope="session")
def sandbox(homework):
    """One zygote for all of them, as in a class run."""
    return homework("hw1", short=True)[1]


@pytest.fixture(scope="session")
def calls(hw1, sandbox):
    """Which exports each check calls."""
    return exports_by_check(hw1, sandbox)


def lost(hw1, sandbox, path, select=None, options=DRAWS):
    """Grade a file but for the race, or by some checks; what earned less than everything."""
    select = select or frozenset(hw1.checks) - load_suite(hw1).timed
    return {
        check.name: f"{check.verdict}: {check.message}"
        for check in grade_submission(
            hw1, path, options=options, sandbox=sandbox, select=select
        ).checks
        if check.credit < 1 and check.is_decided
    }


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("solution", correct("hw1"), ids=str)
def test_a_correct_submission_keeps_every_point(hw1, sandbox, solution, whole):
    """Style does not matter: what is right earns everything.

    A notebook, which takes a second to load for each check, is quickly asked one check in three.
    """
    select = frozenset(hw1.checks) - load_suite(hw1).timed
    if not whole and solution.path.stem != "slices":
        select -= TRAINED
    if not whole and solution.path.suffix == ".ipynb":
        select = frozenset(sorted(select)[::3])
    assert lost(hw1, sandbox, solution.path, select) == {}


@pytest.mark.parametrize("mutant", by_turns(MUTANTS))
def test_a_mutant_loses_what_it_says(hw1, sandbox, calls, mutant):
    """A wrong solution loses the checks in its docstring, and no others that it is asked."""
    select = within_reach(mutant, calls, MUTANTS.index(mutant))
    found = lost(hw1, sandbox, mutant.path, select)
    assert is_as_said(found, mutant), found


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_loses_no_more_when_all_is_run(hw1, sandbox, mutant):
    """What a change cannot reach it does not lose."""
    found = lost(hw1, sandbox, mutant.path, options=GradingOptions(seed=1))
    assert is_as_said(found, mutant), found


def test_every_check_is_failed_by_some_mutant():
    """A check that no wrong solution fails is worth nothing."""
    hw1 = load_assignment(HW1)
    failed = frozenset().union(*(mutant.loses for mutant in MUTANTS))
    assert frozenset(hw1.checks) - load_suite(hw1).timed - failed == frozenset()


def test_every_mutant_loses_checks_that_there_are():
    """A name that is no check's is a slip of the pen."""
    hw1 = load_assignment(HW1)
    assert frozenset().union(*(mutant.loses for mutant in MUTANTS)) <= frozenset(hw1.checks)


def test_no_two_mutants_are_the_same_file():
    """Each mutant is a solution of its own."""
    texts = [mutant.path.read_bytes() for mutant in MUTANTS]
    assert len(set(texts)) == len(texts) >= 30
