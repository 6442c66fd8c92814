"""The arithmetic of a grade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grade.late import Late
from grader.grade.result import CheckResult, Decision, Grade, Handed, Timing, Verdict
from grader.grade.sums import is_hundredths


def check(verdict=Verdict.passed, credit=None, points=10.0, **more):
    """Make a check."""
    credit = float(verdict is Verdict.passed) if credit is None else credit
    return CheckResult("test_a", "a holds.", verdict, credit, points, **more)


def grade(*checks, **more):
    """Make a grade."""
    fixed = ("hw", "Homework", "1", Handed("hw.py", "0" * 64))
    return Grade(*fixed, checks, "L3", "cpu", "abc", "2026-01-01T00:00:00Z", **more)


def race(decision):
    """Make a race's timing."""
    return Timing(1.5, (1.4, 1.6), 20, decision, 0.3, 0.2)


def test_a_score_is_credit_times_points():
    """To a millionth."""
    assert check(Verdict.wrong, 1 / 3, 10.0).score == 3.333333


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 10**6)), max_size=50), st.randoms())
def test_a_sum_does_not_depend_on_the_order(parts, random):
    """Scores add up to the same in any order, and never to more than the points."""
    checks = [check(Verdict.wrong, credit, points / 100) for credit, points in parts]
    one = grade(*checks)
    random.shuffle(checks)
    assert grade(*checks).score == one.score <= one.max_score + 1e-6 * len(parts)


@pytest.mark.parametrize("credit", [-0.1, 1.1, float("nan")])
def test_credit_is_a_share(credit):
    """Credit outside of 0 to 1 is refused."""
    with pytest.raises(ValueError, match="credit must be from 0 to 1"):
        check(Verdict.wrong, credit)


@pytest.mark.parametrize("points", [-1.0, float("inf"), float("nan"), 0.125])
def test_points_are_hundredths(points):
    """Points are 0 or more, finite, with two decimals at most."""
    with pytest.raises(ValueError, match="points"):
        check(points=points)


@given(st.integers(0, 10**9))
def test_whole_hundredths_are_recognised(hundredths):
    """Every number with two decimals counts as one, in spite of binary fractions."""
    assert is_hundredths(hundredths / 100)


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.passed, Verdict.wrong}))
def test_only_an_answer_earns_credit(verdict):
    """A verdict without an answer cannot have credit."""
    with pytest.raises(ValueError, match="earns no credit"):
        check(verdict, 0.5)


@pytest.mark.parametrize(
    ("checks", "status"),
    [
        ((check(), check(Verdict.wrong), check(Verdict.missing)), "graded"),
        ((check(), check(Verdict.not_run)), "partial"),
        ((), "partial"),
        ((check(), check(Verdict.grader_error)), "withheld"),
        ((check(Verdict.not_run), check(Verdict.grader_error)), "withheld"),
        ((check(Verdict.wrong, timing=race(Decision.referred)),), "withheld"),
        ((check(timing=race(Decision.inconclusive)),), "graded"),
    ],
)
def test_status(checks, status):
    """A fault or a referral withholds, a check that did not run makes it partial."""
    assert grade(*checks).status == status


def test_what_did_not_run_stays_in_the_maximum():
    """Points of checks that did not run count in the maximum, not in what was run."""
    one = grade(check(), check(Verdict.not_run, points=5.0))
    assert (one.score, one.max_score, one.ran_max_score) == (10.0, 15.0, 10.0)


def test_a_penalty_comes_last():
    """The final score is the score less the penalty; the score itself is untouched."""
    one = grade(check(), late=Late("x", "y", 1.0, 0.25))
    assert (one.score, one.final_score) == (10.0, 7.5)
