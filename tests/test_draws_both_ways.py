"""A grade is the same, byte for byte save times, whether its draws were known or not.

A few of the hostile files are graded both ways; by the slow tests all are, and all of homework 2.
`tests/plugin/test_asking.py` has an assignment whose checks draw in every way.
"""

from dataclasses import replace

import pytest
from hypothesis.internal.conjecture.engine import ConjectureRunner

from grader.assignment.folder import load_assignment
from grader.assignment.suite import load_suite
from grader.grade.result import Verdict
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from tests.conftest import start_sandbox
from tests.hostile_files import hostile_files
from tests.small import make_small
from tests.submissions import HERE, correct, mutants

NOWHERE = "/dev/null"
LIMITED = (Verdict.timed_out, Verdict.out_of_memory)
AT_RANDOM = {
    "gives_other_answers_each_time": {Verdict.wrong},  # no two grades have the same numbers
    "spins_in_every_thread": {*LIMITED, Verdict.died, Verdict.raised},  # what runs out first
}
HOSTILE_FEW = {
    "gives_other_answers_each_time",
    "remembers_the_answer",
    "ends_its_process",
    "rejects_the_input",
    "skips_the_check",
    "dies_on_the_second_call",
}
PROPERTIES = '''
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from grader import as_number

WHOLE = st.integers(-1000, 1000)


@given(number=WHOLE)
def test_double(submission, number):
    """The double of a number is twice the number."""
    assume(number % 3)
    assert as_number(submission.double(number)) == 2 * number


@given(x=st.tuples(WHOLE, WHOLE).map(lambda pair: torch.tensor([*map(float, pair)])))
def test_norm(submission, x):
    """The norm of a vector is its length."""
    assert abs(as_number(submission.norm(x)) - float(x.norm())) < 1e-3
'''
HIDDEN = '''
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader import as_number


@given(numbers=st.lists(st.integers(-99, 99), min_size=1))
def test_hidden_total(submission, numbers):
    """The total of a vector is the sum of its entries."""
    assert as_number(submission.total(torch.tensor(numbers).double())) == sum(numbers)
'''


def some(declared, few):
    """Mark all but a few as slow."""
    marks = {False: [pytest.mark.slow], True: []}
    return [
        pytest.param(one.path, marks=marks[one.path.stem in few], id=one.path.stem)
        for one in declared
    ]


def without_times(grade, chance=()):
    """What of a grade two runs have in common.

    Of a limit that is its verdict, and of verdicts that come by chance, that it is one of those.
    """
    checks = tuple(replace(check, seconds=0, **vague(check, chance)) for check in grade.checks)
    hangs = tuple(replace(hang, seconds=0) for hang in grade.hangs)
    return replace(grade, started_at="", seconds=0, checks=checks, hangs=hangs)


def vague(check, chance):
    """What no two runs need to have in common, made the same."""
    if check.verdict in chance:
        return {"verdict": Verdict.wrong, "message": "", "counterexample": None}
    return {"message": "", "counterexample": None} if check.verdict in LIMITED else {}


class BothWays:
    """An assignment, its sandbox, and a cache in which what its reference draws is kept."""

    def __init__(self, assignment, right, home):
        self.assignment, self.home = assignment, home
        self.sandbox = start_sandbox(assignment)
        self.select = set(assignment.checks) - load_suite(assignment).timed
        self.grade(right, str(home))

    def grade(self, path, cache):
        """Grade all but races, with a cache folder."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", cache)
            options = GradingOptions(seed=1, instructor=True)
            how = {"options": options, "sandbox": self.sandbox, "select": self.select}
            return grade_submission(self.assignment, path, **how)

    def compare(self, path):
        """Grade both ways, and hold the grades to being the same."""
        chance = AT_RANDOM.get(path.stem, ())
        drawn = without_times(self.grade(path, NOWHERE), chance)
        assert without_times(self.grade(path, str(self.home)), chance) == drawn


@pytest.fixture(scope="module")
def hw2(tmp_path_factory):
    """Homework 2, whose draws a right solution has made known."""
    assignment = load_assignment(HERE.parent / "assignments" / "hw2")
    right = next(one.path for one in correct("hw2") if one.path.stem == "structured")
    both = BothWays(assignment, right, tmp_path_factory.mktemp("known"))
    yield both
    both.sandbox.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The exports that hostile files define, asked by properties."""
    folder = tmp_path_factory.mktemp("hostile")
    reference = (HERE / "hostile/assignment/reference/hostile_reference.py").read_text()
    toml = "[limits]\ncall_seconds = 1\nload_seconds = 3\ncheck_seconds = 10\nmemory = '512 MiB'"
    exports = ("double", "norm", "total")
    assignment = make_small(
        folder, PROPERTIES, reference, hidden=HIDDEN, exports=exports, toml=toml
    )
    both = BothWays(assignment, assignment.reference, tmp_path_factory.mktemp("known"))
    yield both
    both.sandbox.close()


@pytest.mark.parametrize("path", some([*correct("hw2"), *mutants("hw2")], set()))
def test_a_grade_of_homework_2(hw2, path):
    """Every correct file and every mutant."""
    hw2.compare(path)


@pytest.mark.parametrize("path", some(hostile_files(), HOSTILE_FEW))
def test_a_grade_of_a_hostile_file(hostile, path, tmp_path):
    """Every hostile file, at the strongest level, asked by properties in place of its checks."""
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    hostile.compare(copy)


@pytest.mark.slow
def test_homework_2_is_not_drawn_again(hw2, monkeypatch):
    """All its properties are data, so Hypothesis draws for none of them."""
    runs, run = [], ConjectureRunner.run
    monkeypatch.setattr(ConjectureRunner, "run", lambda self: runs.append(1) or run(self))
    grade = hw2.grade(correct("hw2")[0].path, str(hw2.home))
    assert (grade.score, runs) == (80.0, [])
