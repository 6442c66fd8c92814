"""Every correct submission keeps every point, and every mutant loses just what it says.

The fast tests grade a file once, with one seed and a part of the inputs, and ask of the mutants
that `by_turns` chooses the checks that `within_reach` does; the slow ones ask everything of all,
and draw all inputs from several seeds. Races are left out: they have files and tests of their own.
For hw1, whose long fit is shortened, see ``tests/hw1``.
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

HW2 = HERE.parent / "assignments" / "hw2"


@pytest.fixture(scope="session")
def hw2(homework):
    """The assignment as an instructor has it."""
    return homework("hw2")[0]


@pytest.fixture(scope="session")
def sandbox(homework):
    """One zygote for all of them, as in a class run."""
    return homework("hw2")[1]


def lost(grade):
    """The checks that earned less than everything, and why, for a message that helps."""
    return {
        check.name: f"{check.verdict}: {check.message}"
        for check in grade.checks
        if check.credit < 1 and check.is_decided
    }


def unraced(assignment):
    """The checks that are no race."""
    return frozenset(assignment.checks) - load_suite(assignment).timed


FAST, QUICK = GradingOptions(seed=1, share=0.5), GradingOptions(seed=1, share=0.2)
SLOWLY = pytest.mark.slow
SEEDS = [
    pytest.param(GradingOptions(seed=seed), marks=SLOWLY, id=f"seed{seed}") for seed in range(5)
]
MUTANTS = mutants("hw2")


@pytest.fixture(scope="session")
def calls(hw2, sandbox):
    """Which exports each check calls."""
    return exports_by_check(hw2, sandbox)


@pytest.mark.parametrize("options", [pytest.param(QUICK, id="quick"), *SEEDS])
@pytest.mark.parametrize("solution", correct("hw2"), ids=str)
def test_a_correct_submission_keeps_every_point(hw2, sandbox, solution, options):
    """Style does not matter: what is right earns everything.

    What takes long to load for each check, a notebook or whoever imports scipy, is quickly asked
    one check in three; and the check that takes longest is quickly asked of one solution.
    """
    select = unraced(hw2)
    if options is QUICK and solution.path.stem != "loops":
        select -= {"test_analyze_the_course_network"}
    loads_long = solution.path.suffix == ".ipynb" or "scipy" in solution.path.read_text()
    if options is QUICK and loads_long:
        select = frozenset(sorted(select)[::3])
    grade = grade_submission(hw2, solution.path, options=options, sandbox=sandbox, select=select)
    assert lost(grade) == {}


@pytest.mark.parametrize("mutant", by_turns(MUTANTS))
def test_a_mutant_loses_what_it_says(hw2, sandbox, calls, mutant):
    """A wrong solution loses the checks in its docstring, and no others that it is asked."""
    select = within_reach(mutant, calls, MUTANTS.index(mutant))
    found = lost(grade_submission(hw2, mutant.path, options=FAST, sandbox=sandbox, select=select))
    assert is_as_said(found, mutant), found


@pytest.mark.parametrize("options", SEEDS)
@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_loses_no_more_when_all_is_run(hw2, sandbox, mutant, options):
    """A wrong solution loses the checks in its docstring and no others, whatever is drawn."""
    grade = grade_submission(
        hw2, mutant.path, options=options, sandbox=sandbox, select=unraced(hw2)
    )
    assert is_as_said(lost(grade), mutant), lost(grade)


def test_every_check_calls_something(hw2, calls):
    """What is known of a check's calls is known of every check."""
    assert calls.keys() == unraced(hw2)


def test_every_check_is_failed_by_some_mutant(hw2):
    """A check that no wrong solution fails is worth nothing."""
    failed = frozenset().union(*(mutant.loses for mutant in mutants("hw2")))
    assert unraced(hw2) - failed == frozenset()


def test_no_two_mutants_are_the_same_file():
    """Each mutant is a solution of its own."""
    texts = [mutant.path.read_bytes() for mutant in mutants("hw2")]
    assert len(set(texts)) == len(texts)
