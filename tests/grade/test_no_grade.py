"""When a grade has a score: never where something failed that is not the submission's."""

import pytest

from grader.grade.no_grade import NoGrade, require_score
from grader.grade.result import (
    NOT_SELECTED,
    TOO_BUSY,
    CheckResult,
    Decision,
    Grade,
    Handed,
    Timing,
    Verdict,
)

REFERRED = Timing(0.1, (0.1, 0.1), 5, Decision.referred, 1.0, 10.0)


def check(name, verdict, credit=0.0, **more):
    """A check worth two points."""
    return CheckResult(name, "It is so.", verdict, credit, 2.0, **more)


def grade(*checks):
    """A grade of some checks."""
    handed = Handed("hw.py", "0" * 64)
    return Grade("a", "A", "1", handed, checks, "L3", "cpu", "f", "2026-01-01T00:00:00Z")


RIGHT, WRONG = check("right", Verdict.passed, 1.0), check("wrong", Verdict.wrong, 0.25)
LEFT_OUT = check("left_out", Verdict.not_run, message=NOT_SELECTED)


@pytest.mark.parametrize(
    ("checks", "reward"),
    [
        ((RIGHT,), 1),
        ((RIGHT, WRONG), 0.625),
        ((WRONG, LEFT_OUT), 0.25),
        ((check("dies", Verdict.died), check("is_missing", Verdict.missing)), 0),
        ((check("hangs", Verdict.timed_out), RIGHT, LEFT_OUT), 0.5),
        ((LEFT_OUT,), 0),
        ((), 0),
    ],
)
def test_what_is_asked_for_is_what_a_reward_is_a_share_of(checks, reward):
    """Whatever a submission does to a check, its points stay in the whole."""
    scored = require_score(grade(*checks))
    assert scored.reward == reward
    assert set(scored.verdicts) == {c.name for c in checks} - {"left_out"}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            check("ours", Verdict.grader_error, message="It broke.\nMore."),
            "ours needs a person: It broke.",
        ),
        (check("busy", Verdict.not_run, message=TOO_BUSY), "busy did not run"),
        (check("skipped", Verdict.not_run, message="needs the reference"), "needs the reference"),
        (check("raced", Verdict.passed, 1.0, timing=REFERRED), "raced needs a person"),
    ],
)
def test_what_failed_on_our_side_has_no_score(fault, words):
    """It is no zero, and no points of the other checks: no score at all, and the reason."""
    none = require_score(grade(RIGHT, fault, LEFT_OUT))
    assert isinstance(none, NoGrade)
    assert (none.status, none.score, none.reward) == ("withheld", None, None)
    assert words in none.reason
    assert set(none.verdicts) == {"right", fault.name}
    assert NoGrade("closed", "it is over").verdicts == {}
