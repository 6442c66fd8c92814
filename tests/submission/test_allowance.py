"""The time that a submission may take in all: what counts, what does not, and what is said."""

import pytest

from grader.assignment.folder import load_assignment
from grader.grade.result import Verdict
from grader.plugin.session import grade_submission
from grader.sandbox.deadline import Earliest, Moment
from grader.submission.allowance import Allowance


class Clock:
    """A clock that is set by hand, and for how long others had the core."""

    def __init__(self):
        self.time = self.queue = 0.0

    def wait(self, seconds, queued=0.0):
        """Let time go by, some of it without the core."""
        self.time += seconds
        self.queue += queued


class Worker:
    """A worker that has waited for the core for so long."""

    def __init__(self):
        self.waited = 0.0

    def queued(self):
        """Tell for how long."""
        return self.waited


@pytest.fixture
def clock():
    """Set a clock to zero."""
    return Clock()


@pytest.fixture
def allowance(clock):
    """Allow ten seconds by that clock."""
    return Allowance(10, now=lambda: clock.time, own_queue=lambda: clock.queue)


def test_what_is_within_checks_counts(allowance, clock):
    """Time goes by while a check runs, and only then."""
    clock.wait(100)
    with allowance.counted():
        clock.wait(3)
    clock.wait(100)
    with allowance.counted():
        clock.wait(4)
        assert allowance.left() == 3
    assert (allowance.spent, allowance.left()) == (7, 3)


def test_what_is_set_apart_does_not_count(allowance, clock):
    """A race in the middle of a check takes nothing, and counting goes on after it."""
    with allowance.counted():
        clock.wait(1)
        with allowance.apart():
            clock.wait(50)
        clock.wait(2)
    with allowance.apart():
        clock.wait(5)
    assert allowance.spent == 3


def test_a_busy_machine_takes_nothing(allowance, clock):
    """The time in which others had the core, the grader's or the worker's, is nobody's."""
    worker = Worker()
    with allowance.counted():
        allowance.watch(worker)
        clock.wait(6, queued=2)
        worker.waited = 3
        assert allowance.spent == 1
        clock.wait(6)
        assert allowance.left() == 3
        other = Worker()
        other.waited = 7  # before it was watched
        allowance.watch(other)
        assert allowance.spent == 7


def test_the_earliest_deadline_is_the_one_that_is_told(allowance, clock):
    """Of a call's limit, its check's and the submission's, the one that ran out is named."""
    with allowance.counted():
        clock.wait(9.5)
        both = Earliest((Moment(100), Moment(50, "check"), allowance))
        assert both.left() == 0.5
        assert both.first().limit == "submission"
        assert Earliest((Moment(1), Moment(50, "check"))).first().limit == "call"


def test_what_used_it_up_is_named(allowance):
    """The function with the largest share, and its seconds."""
    for export, seconds in (("f", 2), ("hessian", 5), ("f", 1)):
        allowance.charge(export, seconds)
    assert allowance.used_up().where == "5 s of them by hessian"


SLOW = """
import time

def double(n):
    time.sleep(0.7)
    return 2 * n
"""


@pytest.mark.usefixtures("tiny_sandbox")
def test_a_submission_that_is_slow_everywhere_ends(copy_tiny, hand_in):
    """Each call keeps its own limit, and all of them together do not keep the grader."""
    assignment = load_assignment(copy_tiny(toml=("[limits]", "[limits]\nsubmission_seconds = 2\n")))
    grade = grade_submission(assignment, hand_in(SLOW))
    late = [check for check in grade.checks if check.verdict is Verdict.timed_out]
    assert late
    said = "the 2 s that a submission may take in all are used up, "
    assert said in late[0].message
    assert late[0].message.partition(said)[2].startswith(("1", "2"))
    assert late[0].message.splitlines()[0].endswith("s of them by double")
    began = grade.checks.index(late[0])
    assert {check.verdict for check in grade.checks[began:]} == {Verdict.timed_out}


HANGS_AT_ONCE = """
import time
time.sleep(100)
"""


@pytest.mark.parametrize(
    "limit", ["load_seconds = 0.5", "load_seconds = 9\nsubmission_seconds = 1"]
)
def test_loading_counts_too(copy_tiny, hand_in, limit):
    """A file that never ends loading is ended, in the first check as in any."""
    assignment = load_assignment(copy_tiny(toml=("load_seconds  = 5", limit)))
    grade = grade_submission(assignment, hand_in(HANGS_AT_ONCE))
    assert {check.verdict for check in grade.checks} == {Verdict.timed_out}
    assert grade.seconds < 90  # and not 100


@pytest.mark.usefixtures("patient")
def test_the_first_check_has_a_deadline_as_any(copy_tiny, hand_in):
    """A property test whose every call takes half a second ends with its check."""
    assignment = load_assignment(copy_tiny(toml=("check_seconds = 10", "check_seconds = 2")))
    grade = grade_submission(assignment, hand_in(SLOW), select=["test_double_is_twice"])
    (check,) = [check for check in grade.checks if check.ran]
    assert check.verdict is Verdict.timed_out
    assert check.message.startswith("the 2 s of the check are used up; it was at tiny.py:")


def test_what_is_spent_after_a_mark_can_be_given_back(clock):
    """As if it had not been: the time, what a worker waited meanwhile, and who used it."""
    allowance = Allowance(10, now=lambda: clock.time, own_queue=lambda: clock.queue)
    worker = Worker()
    with allowance.counted():
        clock.wait(3)
        allowance.charge("double", 3)
        give_back = allowance.mark()
        allowance.watch(worker)
        clock.wait(6, queued=1)
        worker.waited += 2
        allowance.charge("total", 6)
        assert allowance.spent == 6
        give_back()
        assert allowance.spent == 3
        clock.wait(4)
    assert (allowance.spent, allowance.left()) == (7, 3)
    assert allowance.used_up().where == "3 s of them by double"
