"""One points model: every report tells the same number, whatever the grade."""

import base64
import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings

from grader.grade.late import Late
from grader.grade.points import show, total_points
from grader.grade.result import Verdict
from grader.reports.classroom50 import VARIABLES
from grader.reports.classroom50 import render_result as render_classroom50
from grader.reports.github import render_outputs
from grader.reports.gradebook import render_gradebook
from grader.reports.gradescope import render_results
from grader.reports.junit import render_junit
from grader.reports.markdown import render_markdown
from grader.reports.record import grade_to_dict
from grader.reports.text import render_table
from grader.reports.webpage import render_webpage
from tests.reports.grades import a_check, a_grade, grades, on_screen

ENVIRONMENT = dict.fromkeys(VARIABLES.values(), "x")
A_TIME = "2026-11-23T00:00:00Z"


def points_everywhere(grade):
    """Read the hundredths of points that each report tells, by report."""
    outputs = dict(line.split("=", 1) for line in render_outputs(grade).splitlines())
    reporter = json.loads(base64.b64decode(outputs["result"]))
    row = next(csv.DictReader(io.StringIO(render_gradebook([("s", grade)]))))
    suite = ET.fromstring(render_junit(grade)).find("testsuite")
    properties = {p.get("name"): p.get("value") for p in suite.find("properties")}
    return {
        "outputs": round(float(outputs["score"]) * 100),
        "notice": round(sum(test["score"] for test in reporter["tests"]) * 100),
        "classroom50": json.loads(render_classroom50(grade, ENVIRONMENT))["score"],
        "gradescope": round(json.loads(render_results(grade))["score"] * 100),
        "junit": round(float(properties["points"]) * 100),
        "csv": round(float(row["score"] or 0) * 100),
    }


def parts_everywhere(grade):
    """Read the hundredths of points of the checks that each report tells, added up."""
    suite = ET.fromstring(render_junit(grade)).find("testsuite")
    cases = [
        {p.get("name"): p.get("value") for p in case.find("properties")}
        for case in suite.iter("testcase")
    ]
    tests50 = json.loads(render_classroom50(grade, ENVIRONMENT))["tests"]
    scope = json.loads(render_results(grade))["tests"]
    return {
        "classroom50": sum(test["score"] for test in tests50),
        "gradescope": sum(round(test["score"] * 100) for test in scope),
        "junit": sum(round(float(case["points"]) * 100) for case in cases),
    }


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(grades())
def test_every_report_tells_the_same_number(grade):
    """All reports agree on the points, and their checks add up to them."""
    totals = total_points(grade)
    assert set(points_everywhere(grade).values()) == {totals.total}
    assert set(parts_everywhere(grade).values()) == {totals.total}
    if grade.status != "withheld":
        assert show(totals.total) in on_screen(grade)
        assert abs(totals.total / 100 - grade_to_dict(grade)["final_score"]) < 0.00501


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(grades())
def test_no_check_earns_more_than_its_points(grade):
    """In hundredths no check exceeds its maximum, and the maximum never shrinks."""
    totals = total_points(grade)
    assert all(0 <= e <= p for e, p in zip(totals.earned, totals.possible, strict=True))
    assert totals.maximum == sum(totals.possible) == round(grade.max_score * 100)
    assert sum(totals.earned) == totals.total <= totals.maximum


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_tells_the_same_number(verdict):
    """For each verdict alone, every report agrees."""
    grade = a_grade(a_check(points=33.33, verdict=verdict), a_check("test_two", points=0.07))
    assert len(set(points_everywhere(grade).values())) == 1


def test_a_withheld_grade_has_no_points_yet():
    """A fault of the grader takes every number away, and each report says so in words."""
    grade = a_grade(a_check(), a_check("test_two", Verdict.grader_error))
    assert set(points_everywhere(grade).values()) == {0}
    assert render_gradebook([("s", grade)]).splitlines()[1].split(",")[2] == ""
    assert "withheld" in on_screen(grade)
    assert "withheld" in json.loads(render_results(grade))["output"]


def test_no_checks_run_is_no_full_score():
    """A grade in which nothing ran is partial: no points of the whole maximum."""
    grade = a_grade(a_check(verdict=Verdict.not_run), a_check("test_two", Verdict.not_run))
    assert (grade.status, total_points(grade).total, total_points(grade).maximum) == (
        "partial",
        0,
        2000,
    )


def test_four_hundred_checks_tell_the_same_number():
    """Four hundred checks with names and messages of any length fit every report."""
    some = [
        a_check(
            f"test_{i}:\n::x" + "y" * 300, Verdict.wrong, (i % 7) / 7, 0.25, message="m" * 10**6
        )
        for i in range(400)
    ]
    grade = a_grade(*some)
    assert len(set(points_everywhere(grade).values())) == 1
    assert len(base64.b64decode(render_outputs(grade).split("\n")[0][7:])) <= 90_000


def rows_everywhere(grade):
    """Read the hundredths of each check in the tables that people read, by report."""
    cell = r"(\d+(?:\.\d+)?) +/ +\d"
    told = {
        "text": render_table(grade),
        "markdown": "\n".join(re.findall(r"(?m)^\|.*", render_markdown(grade))),
        "page": "\n".join(re.findall(r"<td>[^<]*</td>", render_webpage(grade))),
    }
    return {
        name: [round(100 * float(number)) for number in re.findall(cell, text)]
        for name, text in told.items()
    }


ROUNDED = {
    "three thirds": [(1 / 3, 1.0)] * 3,
    "half a hundredth": [(0.5, 0.01)] * 4,
    "2.675": [(0.535, 5.0)],
    "dust": [(0.1, 1.0), (0.2, 1.0), (1 / 7, 0.7)],
    "two hundred": [(i % 7 / 7, 0.25) for i in range(200)],
}


@pytest.mark.parametrize("parts", ROUNDED.values(), ids=ROUNDED)
@pytest.mark.parametrize("penalty", [None, 0.1, 1.0])
def test_the_rows_that_people_read_add_up(parts, penalty):
    """To the score before the penalty, as the other reports' parts do without one."""
    late = None if penalty is None else Late(A_TIME, A_TIME, 60.0, penalty)
    every = enumerate(parts)
    checks = [a_check(f"test_{i}", Verdict.wrong, share, worth) for i, (share, worth) in every]
    grade = a_grade(*checks, late=late)
    score = total_points(a_grade(*checks)).total
    assert {name: sum(rows) for name, rows in rows_everywhere(grade).items()} == dict.fromkeys(
        ("text", "markdown", "page"), score
    )
    if late:
        assert f"less than {show(score)}" in render_table(grade)
    else:
        assert set(parts_everywhere(grade).values()) == {score}


def test_a_withheld_grade_shows_what_its_checks_found():
    """Its rows say what was earned, its total that nothing counts yet."""
    checks = [a_check(f"test_{i}", Verdict.wrong, 1 / 3, 1.0) for i in range(3)]
    grade = a_grade(*checks, a_check("test_fault", Verdict.grader_error))
    assert rows_everywhere(grade)["text"] == [34, 33, 33, 0]


def test_coming_late_counts_everywhere():
    """The penalty is in every number, beside the unpenalised score."""
    late = Late("2026-11-24T00:00:00Z", "2026-11-23T00:00:00Z", 86400.0, 0.1)
    grade = a_grade(a_check(points=100.0), late=late)
    assert set(points_everywhere(grade).values()) == {9000}
    assert "10% less than 100" in on_screen(grade)
