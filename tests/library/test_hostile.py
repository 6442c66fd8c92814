"""Nothing that a program does raises its reward: the hostile files, graded as a library does."""

import os

import pytest

from grader import Grade, Grader, GradingOptions
from tests.hostile_files import CHECKS, HERE, bait, hostile_files, judge, unharmed
from tests.library.conftest import Holdings

pytestmark = pytest.mark.xdist_group("hostile")
FILES = {str(declared): declared for declared in hostile_files()}
CHEATS = [
    *("leaves_by_exit", "answers_when_it_is_over", "exits_while_it_is_imported", "aborts"),
    *("returns_what_equals_everything", "returns_a_float_that_lies", "lies_about_its_class"),
    *("looks_through_the_heap", "looks_for_what_is_expected", "looks_for_hidden_checks"),
    *("patches_isinstance", "patches_builtins", "patches_the_worker", "patches_the_test_tools"),
    *("reads_the_graders_files", "imports_the_grader", "imports_the_reference", "skips_the_check"),
    *("raises_our_own_exceptions", "forges_a_right_answer", "signals_everybody", "is_no_python"),
]
"""Those that passed elsewhere, and their kin."""
HONEST = (HERE / "assignment/reference/hostile_reference.py").read_text()
ALL = sum(CHECKS.values())


@pytest.fixture(scope="module")
def grader():
    """One grader for all of them; closed, it must have left nothing."""
    before = Holdings.now()
    options = GradingOptions(seed=7, instructor=True)
    with bait(), Grader(HERE / "assignment", jobs=2, options=options) as opened:
        yield opened
    assert not before.wait()


def grade_in_turn(grader, names):
    """Grade files, each between two honest programs; return what is not as declared, in words."""
    spared = [name for name in names if grader.level in FILES[name].not_defended]
    tried = [name for name in names if name not in spared]
    sources = [source for name in tried for source in (FILES[name].path.read_bytes(), HONEST)]
    wrong, descriptors = {}, len(os.listdir("/proc/self/fd"))
    grades = grader.grade_many(sources)
    for name, grade, honest in zip(tried, grades, grades, strict=True):
        said = judge(FILES[name], grade, "", grader.level) if isinstance(grade, Grade) else [grade]
        said += [] if grade.reward == (grade.score or 0) / ALL else [f"a reward of {grade.reward}"]
        said += [] if honest.reward == 1 else [f"the next one earned {honest}"]
        if said:
            wrong[name] = said
    assert len(os.listdir("/proc/self/fd")) <= descriptors + 1
    return wrong | {"bait": unharmed()} if unharmed() else wrong


def test_cheats_raise_no_reward(grader):
    """What passed elsewhere earns what it earned honestly, and the next one is none the worse."""
    assert not grade_in_turn(grader, CHEATS)


@pytest.mark.slow
def test_five_hundred_programs_of_which_a_third_is_hostile(grader):
    """All hostile files, in random company: each gets what it declares, all the others theirs."""
    assert len(FILES) > 500 / 3
    times = -(-500 // (2 * len(FILES)))
    for _ in range(times):
        assert not grade_in_turn(grader, list(FILES))
