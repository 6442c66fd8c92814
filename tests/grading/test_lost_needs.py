"""One mistake, one message: a check that builds on a lost one is not run, and lost with it."""

from dataclasses import replace

import pytest

from grader.grade.merge import merge_grades
from grader.grade.result import Verdict
from grader.grading.selection import Selection
from grader.reports.junit import render_junit
from grader.reports.record import parse_json, render_json
from tests.small import grade_small, make_small

CHECKS = '''
import pytest

def test_last(submission):
    """Builds on half."""
    assert submission.last() == 3

def test_none(submission):
    """Could be passed without an answer."""
    assert submission.half(3) is None

@pytest.mark.parametrize("n", [2, 4])
def test_half(submission, n):
    """half(n) is n / 2."""
    assert submission.half(n) == n / 2

def test_part(submission, measure):
    """Earns a part."""
    measure(float(submission.part()))

def test_after_part(submission):
    """Builds on what earned a part."""
    assert submission.last() == 3
'''
REFERENCE = """
def half(n): return n / 2 if n % 2 == 0 else None
def part(): return 1.0
def last(): return 3
"""
TOML = """
[needs]
test_last = ["test_none"]
test_none = ["test_half"]
test_after_part = ["test_part"]

[measure.test_part]
full = 1
none = 0
"""
CONSTANT = "def half(n): return None\ndef part(): return 0.5\ndef last(): return 3\n"


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """A check that needs a later one with two cases, one that needs that, one with a measure."""
    return make_small(tmp_path_factory.mktemp("needs"), CHECKS, REFERENCE, toml=TOML)


@pytest.fixture(scope="module")
def grade(assignment):
    """The grade of what is None for everything."""
    return grade_small(assignment, CONSTANT)


def by_name(grade):
    """The results by name."""
    return {check.name: check for check in grade.checks}


def test_what_builds_on_a_lost_check_is_lost_with_it(grade):
    """It is not run, says which function is not right, down a chain the first; all is graded."""
    checks = by_name(grade)
    assert checks["test_half"].verdict is Verdict.wrong
    for name in ("test_none", "test_last"):
        assert checks[name].verdict is Verdict.not_run
        assert checks[name].message == "`half` is not right yet: see test_half"
        assert (checks[name].waits_for, checks[name].credit) == ("test_half", 0.0)
    assert grade.status == "graded"
    assert (grade.score, grade.ran_max_score) == (1.5, 5)


def test_what_earned_a_part_is_no_lost_check(grade):
    """Half the points of a measure are not nothing, so what builds on it is run."""
    assert by_name(grade)["test_after_part"].verdict is Verdict.passed


def test_the_reference_runs_everything(assignment):
    """In whatever order the suite has them, each runs after what it needs."""
    grade = grade_small(assignment)
    assert {check.name: check.verdict for check in grade.checks if not check.is_full} == {}


def test_reports_tell_of_it_as_of_a_lost_check(grade):
    """It is a failure where what nobody ran would be skipped, and grade.json keeps it."""
    assert b'skipped="0"' in render_junit(grade)
    kept = parse_json(render_json(grade))
    assert (kept.checks, kept.status) == (grade.checks, "graded")


def test_a_device_where_it_is_lost_counts(grade):
    """Passed on one device and lost with its need on another, it is lost."""
    whole = [replace(c, verdict=Verdict.passed, credit=1.0, waits_for="") for c in grade.checks]
    other = replace(grade, checks=tuple(whole), device="cuda")
    merged = by_name(merge_grades([grade, other]))["test_none"]
    assert (merged.credit, merged.waits_for) == (0.0, "test_half")
    assert merged.message == "on cpu: `half` is not right yet: see test_half"


def test_only_runs_what_a_check_needs_first(assignment):
    """A check comes with all that it needs, and what is left out by name stays out."""
    assert set(Selection(only=["test_last"]).choose(assignment)) == {
        *("test_last", "test_none", "test_half"),
    }
    assert Selection(keep="none").choose(assignment) == ("test_none", "test_half")
    assert "test_half" not in Selection(skip=["half"]).choose(assignment)
