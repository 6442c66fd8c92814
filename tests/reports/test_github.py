"""What GitHub's runner and its autograding reporter make of a grade."""

import json

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from grader.grade.points import total_points
from grader.grade.result import Verdict
from grader.reports.github import render_annotations, render_outputs
from grader.reports.github_result import choose_counts, render_result
from tests.reports.grades import HOSTILE, a_check, a_grade, grades

any_grade = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def table(result):
    """Compute what the reporter's table shows: passed / count * max_score."""
    passed = sum(test["status"] == "pass" for test in result["tests"])
    return passed / len(result["tests"]) * (result["max_score"] or 1)


@any_grade
@given(grades())
def test_the_reporter_can_read_any_result(grade):
    """Every result has tests with all keys, at most 90 KB, and no score that is not a number."""
    data = render_result(grade)
    result = json.loads(data)
    assert len(data) <= 90_000
    assert result["tests"]
    assert result["status"] in ("pass", "fail", "error")
    for test in result["tests"]:
        assert {"name", "status", "score", "message", "test_code", "line_no"} <= test.keys()
        assert test["score"] >= 0


@any_grade
@given(grades())
def test_nothing_in_a_result_is_a_command(grade):
    """No text of the result holds `::` or a control character but newline and tab."""
    for test in json.loads(render_result(grade))["tests"]:
        for text in (test["name"], test["message"]):
            assert "::" not in text
            assert "##[" not in text
            assert all(c.isprintable() or c in "\n\t" for c in text)


@any_grade
@given(st.integers(0, 10_000), st.integers(1, 20), st.integers(1, 20))
@example(555, 1, 1)
@example(4995, 1, 1)
def test_the_table_says_what_the_notices_say(total, passed, failed):
    """From a quarter of a percent up, the ratio of lines gives the score to a hundredth.

    Beside a simple fraction there may be no such ratio in 500 lines: then none is nearer, and the
    score is at most five hundredths of a percent away (49.95 % from a half).
    """
    assume(25 <= total <= 9975)
    count, among = choose_counts(total, 10_000, passed, failed)
    nearest = min(abs(round(total * n / 10_000) / n * 10_000 - total) for n in range(2, 501))
    away = abs(count / among * 10_000 - total)
    assert away <= max(0.5, nearest) + 1e-9
    assert away <= 5 + 1e-9
    assert 0 < count < among <= 500


def test_weights_and_parts_agree_in_table_and_notice():
    """With unequal points and a part of a credit, table and notice tell the same number."""
    result = json.loads(render_result(a_grade()))
    assert table(result) == 52.5 == sum(test["score"] for test in result["tests"])
    assert result["status"] == "fail"


def test_full_marks_pass():
    """Only a grade that earned everything has the status pass."""
    result = json.loads(render_result(a_grade(a_check(), a_check("test_two", points=2.5))))
    assert result["status"] == "pass"
    assert table(result) == 12.5


@pytest.mark.parametrize("checks", [(), (a_check(verdict=Verdict.grader_error),)])
def test_no_grade_is_an_error_without_a_number(checks):
    """Without a grade there is one test, an error, and a maximum of 0, which is not recorded."""
    result = json.loads(render_result(a_grade(checks=checks)))
    assert (result["status"], result["max_score"], len(result["tests"])) == ("error", 0, 1)


def test_lost_checks_without_points_do_not_move_the_table():
    """A lost check that is worth nothing leaves full marks alone."""
    grade = a_grade(a_check(), a_check("test_two", Verdict.wrong, points=0.0))
    assert table(json.loads(render_result(grade))) == 10


@any_grade
@given(grades(most=14))
def test_annotations_are_single_commands(grade):
    """At most ten warnings and a notice, each one line and one command."""
    lines = render_annotations(grade)
    assert len([line for line in lines if line.startswith("::warning ")]) <= 10
    assert 1 <= len([line for line in lines if line.startswith("::notice ")]) <= 10
    for line in lines:
        assert not set(line) & set("\r\n")
        assert line.count("::") == 2


def test_outputs_are_four_lines():
    """A hostile name cannot add an output."""
    grade = a_grade(a_check(f"test_x{HOSTILE}", Verdict.wrong, message=HOSTILE))
    names = [line.partition("=")[0] for line in render_outputs(grade).splitlines()]
    assert names == ["result", "score", "max_score", "status"]


def test_the_maximum_is_the_ledgers():
    """max_score is the sum of the points, in points."""
    grade = a_grade()
    assert json.loads(render_result(grade))["max_score"] * 100 == total_points(grade).maximum
