"""After its first hang a function's calls get less, by one rule, alone and among all checks."""

import dataclasses

import pytest

from grader.assignment.folder import load_assignment
from grader.grade.hang import Hang, join_hangs
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.sandbox.outcome import Died, Raised, Returned, TimedOut
from grader.submission.hangs import Pace

HANG = TimedOut(10, "wall", "")


class Own:
    """What a call took of its own time."""

    def __init__(self, seconds):
        self.seconds = seconds

    def spent(self):
        """Tell it."""
        return self.seconds


FULL, SECOND = (10, "call"), (1, "again")


@pytest.mark.parametrize(
    ("before", "limit"),
    [
        ([], FULL),
        ([(Returned(1), 3)], FULL),
        ([(HANG, 10)], SECOND),
        ([(TimedOut(60, "cpu", ""), 10)], SECOND),
        ([(TimedOut(60, "wall", "", "check"), 5)], FULL),
        ([(TimedOut(90, "wall", "", "submission"), 5)], FULL),
        ([(Died("crashed"), 5)], FULL),
        ([(Returned(1), 0.2), (HANG, 10)], (4, "again")),
        ([(HANG, 10), (Raised("E", "", ""), 0.3)], (6, "again")),
        ([(HANG, 10), (Returned(1), 0.6)], FULL),
    ],
)
def test_what_a_call_gets(before, limit):
    """A second, or twenty times its longest answer; never more than the limit."""
    pace, patient = Pace(10), Pace(10, patient=True)
    for one in (pace, patient):
        one.begin("test_a")
        for outcome, seconds in before:
            one.note("f", outcome, Own(seconds))
    seconds, which = pace.limit("f", 10)
    assert (pytest.approx(seconds), which) == limit
    assert pace.limit("g", 10) == patient.limit("f", 10) == FULL


def test_the_answers_of_the_reference_count_too():
    """What the reference needs for its calls a function may need as well."""
    reference = Pace(10, patient=True)
    pace = Pace(10, other=reference)
    pace.note("f", HANG, Own(10))
    reference.note("f", Returned(1), Own(0.25))
    assert pace.limit("f", 10) == (5, "again")


def test_a_check_alone_knows_what_hung_in_those_before_it():
    """In the check in which a function hung first its call gets the limit, as it did then."""
    before = (Hang("f", "test_b", 1.0), Hang("g", "test_c", 3.0))
    pace = Pace(10, before=before, order=["test_a", "test_b", "test_c", "test_d"])
    got = {}
    for check in ("test_a", "test_b", "test_c", "test_d"):
        pace.begin(check)
        got[check] = (pace.limit("f", 10)[0], pace.limit("g", 10)[0])
    assert got == {
        "test_a": (10, 10),
        "test_b": (10, 10),
        "test_c": (1, 10),
        "test_d": (1, 3),
    }


def test_of_several_grades_the_first_names_a_hang():
    """Of a function there is one."""
    one, other = Hang("f", "test_a", 1.0), Hang("f", "test_b", 2.0)
    assert join_hangs((one,), (other, Hang("g", "test_b", 1.0))) == (
        one,
        Hang("g", "test_b", 1.0),
    )


SUITE = '''"""Checks."""


def test_double(submission):
    """double(2) is 4."""
    assert submission.double(2) == 4


def test_double_again(submission):
    """double(3) is 6."""
    assert submission.double(3) == 6
'''
TOML = """title = "Tiny: one function"
version = "1"
accepts = ["tiny.py"]
exports = ["double"]
reference = "reference/tiny_reference.py"

[points]
test_double = 1
test_double_again = 1

[limits]
call_seconds = 2
"""
SLEEPS = "import time\n\n\ndef double(x):\n    time.sleep(60)\n"


@pytest.mark.usefixtures("patient")
def test_a_second_hang_is_short_and_a_check_alone_comes_out_the_same(copy_tiny, tmp_path):
    """Its message says so; the hang is kept with the grade, and a check run alone heeds it."""
    folder = copy_tiny(SUITE)
    (folder / "assignment.toml").write_text(TOML)
    assignment, path = load_assignment(folder), tmp_path / "tiny.py"
    path.write_text(SLEEPS)
    grade = grade_submission(assignment, path, options=GradingOptions(seed=1))
    first, second = (check.message for check in grade.checks)
    assert first == "no answer after 2 s; it was at tiny.py:5"
    assert second == (
        "no answer after 1 s, all that a function gets once it has hung in this grading; "
        "it was at tiny.py:5"
    )
    assert grade.hangs == (Hang("double", "test_double", 1.0),)
    options = GradingOptions(seed=1, hangs=grade.hangs)
    alone = grade_submission(assignment, path, options=options, select=["test_double_again"])
    whole, again = grade.checks[1], alone.checks[1]
    assert dataclasses.replace(again, seconds=0) == dataclasses.replace(whole, seconds=0)


def test_what_is_noted_after_a_mark_can_be_forgotten():
    """Neither a hang since then nor a long answer counts any more."""
    pace = Pace(10)
    pace.note("total", Returned(1), Own(0.5))
    forget = pace.mark()
    pace.note("total", HANG, Own(10))
    pace.note("double", Returned(1), Own(3))
    assert pace.limit("total", 30) == (10, "again")
    forget()
    assert pace.limit("total", 30) == (30, "call")
    assert (pace.hangs(), pace.longest("total"), pace.longest("double")) == ((), 0.5, 0.0)
