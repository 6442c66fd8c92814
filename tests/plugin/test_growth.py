"""`growth` in a suite: what a check finds out, what becomes of it, and where it is left out."""

import re
from functools import partial

import pytest

from grader.assignment.folder import AssignmentError
from grader.assignment.suite import load_suite
from grader.grading.selection import Selection
from grader.race import Rules
from tests.small import grade_small, make_small

HEAD = """
import grader
from grader import Workload, growth

def drawn(rng, size):
    return size, int(rng.integers(1 << 30))

def is_the_sum(arguments, answer, expected):
    assert answer == sum(arguments)

QUESTIONS = Workload(draw=drawn, check=is_the_sum)
SIZES = {"sizes": (30, 60, 120), "workload": QUESTIONS, "seconds": 60}
"""
CHECKS = (
    HEAD
    + '''
def test_cubes(submission, reference):
    """cubes grows like n^2: information."""
    growth(submission.cubes, reference.cubes, **SIZES)

def test_cubes_are_measured(submission, reference, measure):
    """cubes grows no faster than the reference."""
    measure(growth(submission.cubes, reference.cubes, **SIZES))

def test_cubes_are_measured_for_nothing(submission, reference, measure):
    """How much faster than the reference cubes grows: information."""
    measure(growth(submission.cubes, reference.cubes, **SIZES))

def test_squares_at_first(submission, reference):
    """at_first grows like n^2."""
    found = growth(submission.at_first, reference.at_first, **SIZES)
    assert found.interval[0] < 0.5, "at_first grows faster than the reference"

def test_hangs(submission, reference):
    """hangs grows like n^2: information."""
    growth(submission.hangs, reference.hangs, **SIZES)

def test_dies(submission, reference):
    """dies grows like n^2: information."""
    growth(submission.dies, reference.dies, **SIZES)

def test_raises(submission, reference):
    """raises grows like n^2: information."""
    growth(submission.raises, reference.raises, **SIZES)

def test_lies(submission, reference):
    """lies grows like n^2: information."""
    growth(submission.lies, reference.lies, **SIZES)
'''
)
REFERENCE = """
def spin(count):
    for _ in range(count):
        pass

def squares(n, x):
    spin(60 * n * n)
    return n + x

cubes = at_first = hangs = dies = raises = lies = squares
"""
SUBMISSION = (
    REFERENCE
    + """
import os, time
time.perf_counter = time.process_time = lambda: 0.0

def cubes(n, x):
    spin(2 * n**3)
    return n + x

def at_first(n, x):
    spin(60 * n * n if n < 120 else 600 * n * n)
    return n + x

def hangs(n, x):
    while n == 60: pass
    return squares(n, x)

def dies(n, x):
    if n == 60: os._exit(0)
    return squares(n, x)

def raises(n, x):
    return squares(n, x) / (n != 60)

def lies(n, x):
    return squares(n, x) + (n == 60)
"""
)
TERMS = """
[measure.test_cubes_are_measured]
full = 0.5
none = 1.5

[measure.test_cubes_are_measured_for_nothing]
full = 0.5
none = 0.6

[limits]
call_seconds = 3
"""
FREE = (
    *("test_cubes", "test_hangs", "test_dies", "test_raises", "test_lies"),
    "test_cubes_are_measured_for_nothing",
)
EXPORTS = ("cubes", "at_first", "hangs", "dies", "raises", "lies")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """An assignment in which everything is asked how it grows."""
    folder = tmp_path_factory.mktemp("growth")
    folder.chmod(0o755)
    return make_small(folder, CHECKS, REFERENCE, exports=EXPORTS, toml=TERMS, free=FREE)


@pytest.fixture(scope="module")
def results(small):
    """What came of each check, for a submission that grows in its own ways.

    No load of the machine keeps a hang from being the submission's.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.race.growth.Rules", partial(Rules, least_core=0))
        grade = grade_small(small, SUBMISSION)
    return {check.name: check for check in grade.checks} | {"grade": grade}


def exponents(message):
    """Read the two exponents and the difference from a message."""
    found = re.search(r"like n\^(\S+) .*like n\^(\S+) .*difference is (\S+) ", message)
    return tuple(map(float, found.groups()))


def test_a_check_for_no_points_is_information(results):
    """It is passed whatever the number, and the number stands in its message."""
    check = results["test_cubes"]
    assert (check.verdict, check.credit, check.points, check.score) == ("passed", 1, 0, 0)
    mine, other, difference = exponents(check.message)
    assert mine > other + 0.5
    assert difference > 0.5
    assert check.message.startswith("cubes grows like n^")
    assert check.message.endswith("for n from 30 to 120")
    assert check.measured == pytest.approx(difference, abs=0.006)


def test_the_difference_can_be_measured(results):
    """Credit by [measure], with the numbers beside it; for no points it is passed all the same."""
    check = results["test_cubes_are_measured"]
    assert check.verdict == "wrong"
    assert 0 < check.credit < 1
    assert "all points at 0.5 or less" in check.message
    assert check.measured == pytest.approx(exponents(check.message)[2], abs=0.006)
    free = results["test_cubes_are_measured_for_nothing"]
    assert (free.verdict, free.score) == ("passed", 0)
    assert "measured" in free.message
    assert exponents(free.message)


def test_who_is_quick_for_small_sizes_only_is_found_out(results):
    """A slow way that begins at the largest size is a steep growth; the message has the number."""
    check = results["test_squares_at_first"]
    assert check.verdict == "wrong"
    assert "at_first grows faster than the reference" in check.message
    assert exponents(check.message)[2] > 0.5


@pytest.mark.parametrize(
    ("name", "verdict", "said"),
    [
        ("test_hangs", "timed_out", "no answer after 3 s"),
        ("test_dies", "died", ""),
        ("test_raises", "raised", "ZeroDivisionError"),
        ("test_lies", "wrong", "expected"),
    ],
)
def test_what_happens_at_one_size_is_said_of_it(results, name, verdict, said):
    """Who hangs, dies, raises or is wrong at a size loses the check, and the size is told."""
    check = results[name]
    assert check.verdict == verdict
    assert said in check.message
    assert "it was asked about size 60, to see how its time grows" in check.message
    assert (check.score, check.points) == (0, 0)


def test_a_grade_with_checks_for_no_points_adds_up(results):
    """They count for nothing, passed or lost, and the grade is whole."""
    grade = results["grade"]
    assert grade.status == "graded"
    assert grade.max_score == 2
    assert 0 < grade.score < 1


def test_growths_are_left_out_where_races_are(small):
    """They are timed, by what is read in the suite."""
    assert load_suite(small).timed == set(small.checks)
    more = (
        HEAD
        + '''
def test_plain(submission):
    """f is f; no growth()."""

def test_inside(submission, reference):
    """f grows."""
    found = [grader.growth(one, two, **SIZES) for one, two in ((submission.f, reference.f),)]
'''
    )
    folder = small.folder.parent / "more"
    folder.mkdir()
    assignment = make_small(folder, more, "def f(n, x): return n + x")
    assert load_suite(assignment).timed == {"test_inside"}
    assert Selection(races=False).choose(assignment) == ("test_plain",)


def test_a_growth_has_no_limits_of_its_own(tmp_path):
    """They would be those of no worker that it starts."""
    checks = (
        HEAD
        + '''
def test_grows(submission, reference):
    """f grows."""
    growth(submission.f, reference.f, **SIZES)
'''
    )
    limits = "[limits.test_grows]\nmemory = '1 GiB'"
    assignment = make_small(tmp_path, checks, "def f(n, x): return n + x", toml=limits)
    with pytest.raises(
        AssignmentError, match=r"assignment.toml:\d+: .*a growth is measured within"
    ):
        load_suite(assignment)


FAULTS = {
    "two_sizes": ("growth(f, g, sizes=(10, 100), workload=QUESTIONS)", "2 sizes are too few"),
    "one_twice": ("growth(f, g, sizes=(10, 10, 99), workload=QUESTIONS)", "10 is named twice"),
    "too_small": (
        "growth(f, g, sizes=(1, 2, 4), workload=QUESTIONS)",
        "too small to (time|measure)",
    ),
    "by_another_name": ("measured(f, g)", "calls growth.. by another name or in a helper"),
    "caught": (
        "try: growth(f, g, sizes=(), workload=QUESTIONS)\n    except Exception: pass",
        "catches",
    ),
    "no_size": (
        "growth(f, g, sizes=(30, 60, 120), workload=Workload(lambda rng: (1, 2), is_the_sum))",
        "takes 1 positional argument but 2 were given",
    ),
}


def test_faults_of_a_suite_are_said_in_a_sentence(tmp_path):
    """What is asked in a way that cannot be is the assignment's fault, with its place."""
    tmp_path.chmod(0o755)
    helper = "\ndef measured(f, g):\n    growth(f, g, **SIZES)\n"
    body = "".join(
        f'\ndef test_{name}(submission, reference):\n    """f grows."""\n'
        f"    f, g = submission.f, reference.f\n    {text}\n"
        for name, (text, _) in FAULTS.items()
    )
    reference = REFERENCE + "\nf = squares\n"
    assignment = make_small(tmp_path, HEAD + helper + body, reference, exports=("f",))
    grade = grade_small(assignment, instructor=True)
    for check in grade.checks:
        said = FAULTS[check.name.removeprefix("test_")][1]
        assert check.verdict == "grader_error", check.name
        assert re.search(said, check.message), check.message
        assert re.search(r"test_small.py:\d+: ", check.message), check.message
