"""Named paces: which race each runs in, and what it is held to there."""

from types import SimpleNamespace

import pytest

from grader.assignment.folder import AssignmentError, load_assignment
from grader.grade.result import CheckResult, Decision, Timing, Verdict
from grader.selftest.bench import Bench
from grader.selftest.command import FAMILIES
from grader.selftest.paces import paces_earn_what_was_meant
from grader.selftest.promises import try_promises
from grader.selftest.solutions import load_solutions
from grader.selftest.suite import exports_raced
from grader.selftest.trials import Tried
from tests.selftest.conftest import RIGHT, SUITE, TOML

FAST = '''

def test_{0}_is_fast(submission, reference, race):
    """{0} is quick."""
    race(submission.{0}, reference.{0}, workload=WORKLOAD)
'''
SPEED = "[speed.test_{}_is_fast]\nfull = 1\nnone = 10\n"
MORE = "test_double_is_fast = 1\ntest_sign_is_fast = 1\n"
RACED = {
    "assignment.toml": TOML + MORE + SPEED.format("double") + SPEED.format("sign"),
    "test_sign.py": SUITE + FAST.format("double") + FAST.format("sign"),
    "paces/paces.toml": "[double]\nloop = 1.0\n[sign]\nloop = 10.0\nother = 2.0\n",
    "paces/loop.py": RIGHT,
}
TABLES = {"test_double_is_fast": {"loop": 1.0}, "test_sign_is_fast": {"loop": 10.0, "other": 2.0}}


class Raced:
    """An engine in which a pace comes to the given in each race: a credit, or a verdict."""

    def __init__(self, came):
        self.came, self.asked = came, []

    def run(self, trials, _jobs):
        """Yield a grade of one check each."""
        for trial in trials:
            (name,) = trial.select
            self.asked.append((trial.subject, name))
            yield Tried(trial, SimpleNamespace(checks=(self.check(name),)))

    def check(self, name):
        """What a race came to."""
        came = self.came[name]
        if isinstance(came, Verdict):
            return CheckResult(name, "It is quick.", came, 0.0, 1, message="another answer")
        timing = Timing(2, (1, 3), 8, Decision.decided, 1.0, 1.0, paces=TABLES[name])
        verdict = Verdict.passed if came == 1 else Verdict.wrong
        return CheckResult(name, "It is quick.", verdict, came, 1, timing=timing)


def found(make_sign, tmp_path, double, sign, **more):
    """The family of paces that come to so much, and what was raced."""
    assignment = load_assignment(make_sign(**RACED | more))
    engine = Raced({"test_double_is_fast": double, "test_sign_is_fast": sign})
    bench = Bench(assignment, load_solutions(assignment), engine, tmp_path, full=True)
    return paces_earn_what_was_meant(bench), engine.asked


def test_a_pace_of_two_exports_is_held_to_each_in_its_own_race(make_sign, tmp_path):
    """Its slowdown of the one says nothing of the other; a pace without a file is none."""
    family, asked = found(make_sign, tmp_path, 1.0, 0.0)
    assert asked == [("loop", "test_double_is_fast"), ("loop", "test_sign_is_fast")]
    assert (family.ran, family.of, family.problems, family.advice) == (2, 2, [], [])
    family, _ = found(make_sign, tmp_path, 0.0, 0.0)
    assert family.problems == [
        "paces/loop.py earns 0% of test_double_is_fast, and its pace means 100%"
    ]


def test_a_pace_that_answers_wrongly_is_a_problem(make_sign, tmp_path):
    """It has no timing, and was taken for one that has not run."""
    family, _ = found(make_sign, tmp_path, Verdict.wrong, Verdict.not_run)
    (told,) = family.problems
    assert told == (
        "paces/loop.py, which is to be right, loses test_double_is_fast\nwrong another answer"
    )


def test_what_a_check_races_is_read_in_its_text(make_sign):
    """By the first argument of `race`; what a helper races is not known."""
    helped = FAST.format("sign").replace("race(submission.sign, ", "helper(race, submission.sign, ")
    suite = SUITE + FAST.format("double") + helped
    raced = exports_raced(load_assignment(make_sign(**RACED | {"test_sign.py": suite})))
    assert raced["test_double_is_fast"] == {"double"}
    assert raced["test_sign_is_fast"] == raced["test_double"] == set()


def test_where_every_check_is_timed_nothing_else_is_tried(make_sign, tmp_path):
    """A grading by no check was one by all: races were held, unasked, and nobody looked at them."""
    toml = RACED["assignment.toml"].replace("test_double = 2\ntest_sign = 1\n", "")
    suite = FAST.format("double") + FAST.format("sign")
    files = RACED | {"assignment.toml": toml, "test_sign.py": suite}
    folder = make_sign(**files, **{"selftest/mutants/triple.py": None})
    assignment = load_assignment(folder)
    bench = Bench(assignment, load_solutions(assignment), Raced({}), tmp_path, full=True)
    for name in FAMILIES.keys() - {"paces"}:
        found = FAMILIES[name](bench)
        assert (found.ran, found.of, found.words) == (0, 0, "nothing to try"), name
        assert found.untried, name
    assert bench.trials.asked == []
    said = [promise for promise, _ in try_promises(assignment, races=False)]
    assert not [promise for promise in said if "earns" in promise]


@pytest.mark.parametrize("text", ["double = 3\n", "[double]\nloop = 'fast'\n", "[double\n"])
def test_a_table_of_paces_that_cannot_be_read_is_a_mistake_in_the_assignment(
    make_sign, tmp_path, text
):
    """And no traceback."""
    with pytest.raises(AssignmentError, match=r"paces\.toml"):
        found(make_sign, tmp_path, 1.0, 0.0, **{"paces/paces.toml": text})
