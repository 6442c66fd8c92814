"""What other services read: Classroom 50, Gradescope, JUnit's readers, spreadsheets."""

import csv
import io
import json
import math
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings

from grader.assignment.rubric import Measure
from grader.grade.late import Late
from grader.grade.result import Verdict
from grader.reports import ReportError
from grader.reports.classroom50 import VARIABLES, render_body
from grader.reports.classroom50 import render_result as render_classroom50
from grader.reports.gradebook import COLUMNS, render_gradebook
from grader.reports.gradescope import render_failure, render_results
from grader.reports.junit import render_junit
from tests.reports.grades import HOSTILE, SECRET, a_check, a_grade, a_timing, grades

ENVIRONMENT = {name: f"the {name}" for name in VARIABLES.values()}
some_grades = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def rubric(**more):
    """Give what Gradescope asks of an assignment."""
    return SimpleNamespace(**{"visibility": "hidden", "measure": {}, "leaderboard": False} | more)


@some_grades
@given(grades())
def test_classroom50_gets_whole_numbers_only(grade):
    """The keys are the schema's; scores are integers, never above their maximum."""
    result = json.loads(render_classroom50(grade, ENVIRONMENT))
    required = {"schema", "datetime", "score", "max-score", "tests", *VARIABLES}
    assert set(result) == required
    for part in (result, *result["tests"]):
        assert isinstance(part["score"], int)
        assert 0 <= part["score"] <= part["max-score"]


def test_classroom50_publishes_nothing_hidden():
    """Neither result nor body holds what a hidden check asked."""
    grade = a_grade()
    assert SECRET not in render_classroom50(grade, ENVIRONMENT).decode() + render_body(grade)


@pytest.mark.parametrize("text", ["", "yesterday", "0001-01-01T00:00:00+14:00"])
def test_classroom50_needs_to_know_when(text):
    """A grade whose file says no time is refused in a sentence."""
    with pytest.raises(ReportError, match="this grade does not say when it was given"):
        render_classroom50(a_grade(started_at=text), ENVIRONMENT)


@pytest.mark.parametrize("seconds", [math.nan, math.inf])
def test_junit_knows_no_time_that_is_no_number(seconds):
    """What took nobody knows how long is written as 0 seconds."""
    root = ET.fromstring(render_junit(a_grade(a_check(seconds=seconds), seconds=seconds)))
    assert {e.get("time") for e in root.iter() if e.get("time")} == {"0.000"}


@some_grades
@given(grades())
def test_gradescope_never_loses_a_check(grade):
    """Every check stands there with its maximum, run or not, and numbers are numbers."""
    result = json.loads(render_results(grade))
    assert sum(round(test["max_score"] * 100) for test in result["tests"]) == round(
        grade.max_score * 100
    )
    assert {test["status"] for test in result["tests"]} <= {"passed", "failed"}
    assert isinstance(result["execution_time"], int)


def test_gradescope_shows_hidden_checks_as_the_assignment_says():
    """Visibility comes from the hidden module and the TOML; hidden inputs never appear."""
    assignment = rubric(visibility="after_published")
    result = json.loads(render_results(a_grade(), assignment))
    assert [test["visibility"] for test in result["tests"]] == [
        *("visible", "visible", "visible", "after_published"),
    ]
    assert SECRET not in json.dumps(result)


def test_gradescope_ranks_races_and_measures():
    """Less is better for a slowdown; for a measure the terms say."""
    assignment = rubric(measure={"test_fit": Measure(0.9, 0.5)})
    grade = a_grade(
        a_check("test_fast", timing=a_timing(1.7)),
        a_check("test_fit", measured=0.8),
        a_check("test_unseen", measured=0.1, hidden=True),
        a_check("test_nan", measured=float("nan")),
    )
    assert json.loads(render_results(grade, assignment))["leaderboard"] == [
        {"name": "fast: slowdown", "value": 1.7, "order": "asc"},
        {"name": "fit: measured", "value": 0.8, "order": "desc"},
    ]


def test_gradescope_ranks_a_hidden_race_where_it_is_asked_to():
    """With `leaderboard = true` races and measures that are hidden have their line as well."""
    fast = a_check("test_fast", timing=a_timing(1.7), hidden=True)
    grade = a_grade(fast, a_check("test_fit", measured=0.25, hidden=True))
    for asked, names in ((False, []), (True, ["fast: slowdown", "fit: measured"])):
        board = json.loads(render_results(grade, rubric(leaderboard=asked)))["leaderboard"]
        assert [line["name"] for line in board] == names


LATE = Late("2026-11-24T00:00:00Z", "2026-11-23T00:00:00Z", 86400.0, 0.1)
FAULT = "a fault of the kit or of the assignment in test_unseen: run it again"


def told_by_gradescope(grade, visibility):
    """Return what the whole submission's output says."""
    output = json.loads(render_results(grade, rubric(visibility=visibility)))["output"]
    return output.replace("\\", "")


@pytest.mark.parametrize("visibility", ["hidden", "after_due_date", "after_published"])
def test_gradescope_tells_no_total_while_checks_are_hidden(visibility):
    """Neither the points nor what was late tells what hidden checks earned; no notice names one."""
    seen, unseen = a_check(points=30.0), a_check("test_unseen", points=70.0, hidden=True)
    told = told_by_gradescope(a_grade(seen, unseen, late=LATE, notices=(FAULT, "one")), visibility)
    assert "27 of 30 points for the checks that are shown here." in told
    assert "10% less than 30" in told
    assert not [words for words in ("100", "90", "70", "unseen") if words in told]
    assert told.endswith("one")
    shown = told_by_gradescope(a_grade(seen, unseen, late=LATE), "visible")
    assert "90 of 100 points." in shown


def test_gradescope_tells_no_fault_of_a_hidden_check():
    """That a grade is withheld is said, and not by what."""
    unseen = a_check("test_unseen", Verdict.grader_error, hidden=True)
    for grade in (a_grade(a_check(), unseen), a_grade(unseen)):
        told = told_by_gradescope(grade, "hidden")
        assert "This grade is withheld: a person has to look. No point is lost by that." in told
        assert "check" not in told


def test_gradescope_is_told_of_a_failure():
    """Without a grade there is still a file, with the reason and every maximum."""
    result = json.loads(render_failure("it broke\n# not a title", [("test_a", 3.0)]))
    assert (result["score"], result["tests"][0]["max_score"]) == (0.0, 3.0)
    assert "\\# not" in result["output"]


@some_grades
@given(grades())
def test_junit_is_xml_with_a_case_for_each_check(grade):
    """Any text survives as XML, and the counts are those of the cases."""
    suite = ET.fromstring(render_junit(grade)).find("testsuite")
    cases = list(suite.iter("testcase"))
    assert len(cases) == int(suite.get("tests")) == len(grade.checks)
    for kind, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert len(list(suite.iter(kind))) == int(suite.get(count))


def test_junit_properties_hold_the_points():
    """Each case carries points and max_points."""
    suite = ET.fromstring(render_junit(a_grade())).find("testsuite")
    case = next(c for c in suite.iter("testcase") if c.get("name") == "test_fast")
    properties = {p.get("name"): p.get("value") for p in case.find("properties")}
    assert properties == {"points": "12.5", "max_points": "20", "verdict": "wrong"}


@some_grades
@given(grades())
def test_a_gradebook_is_a_table(grade):
    """Every row has as many cells as the head, and no cell is a formula."""
    rows = list(csv.reader(io.StringIO(render_gradebook([(HOSTILE, grade), ("=1+1", grade)]))))
    assert len(rows) == 3
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@")]


def test_a_gradebook_has_a_column_for_each_check():
    """Submissions that ran different checks share one table; what is not there stays empty."""
    first, second = a_grade(a_check("test_a")), a_grade(a_check("test_b", Verdict.wrong))
    head, one, two = csv.reader(io.StringIO(render_gradebook([("s1", first), ("s2", second)])))
    assert head == [*COLUMNS, "test_a", "test_b"]
    assert one[-2:] == ["10", ""]
    assert two[-2:] == ["", "0"]


@pytest.mark.parametrize("name", VARIABLES.values())
def test_classroom50_needs_its_environment(name):
    """A variable that is not set is named."""
    with pytest.raises(KeyError, match=name):
        render_classroom50(a_grade(), {k: v for k, v in ENVIRONMENT.items() if k != name})
