"""A check for no points: what it found out is told everywhere, and every total is as without it."""

import json
import xml.etree.ElementTree as ET

import pytest

from grader.cli.replay import find_differences
from grader.course.decisions import apply_decisions
from grader.course.plan import may_run_yet
from grader.course.store import HumanDecision
from grader.grade.points import total_points
from grader.grade.result import TOO_BUSY, Verdict
from grader.race import messages
from grader.reports import write
from grader.reports.classroom50 import VARIABLES
from grader.reports.github import render_annotations
from grader.reports.github_result import render_result
from grader.reports.registry import FORMATS
from grader.selftest.promises import _earnings
from tests.reports.grades import a_check, a_grade, on_screen
from tests.reports.test_points import parts_everywhere, points_everywhere

FOUND = "f grows like n2.93"
WHOLE = a_check("test_whole", points=7.0)
PART = a_check("test_part", Verdict.wrong, 0.5, 3.0, message="expected a, got b")
HIDDEN = a_check("test_growth", points=0.0, message=FOUND, measured=0.93, hidden=True)
SHOWN = a_check("test_growth", points=0.0, message=FOUND, measured=0.93)
LOST = a_check("test_growth", Verdict.wrong, points=0.0, message=FOUND)


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Give an environment in which every target can be delivered, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return {
        **dict.fromkeys(VARIABLES.values(), "x"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GRADESCOPE_RESULTS": str(tmp_path / "results"),
    }


@pytest.mark.parametrize("information", [SHOWN, HIDDEN], ids=["public", "hidden"])
def test_what_was_found_out_stands_in_every_report(environment, tmp_path, information):
    """Wherever there are words, the number is among them; a gradebook has numbers alone."""
    write(a_grade(WHOLE, information), FORMATS, environment, tmp_path)
    texts = {path.name: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    without = {name for name, text in texts.items() if FOUND not in text}
    assert without == {"gradebook.csv", "output", "result.json"}
    cases = ET.fromstring(texts["junit.xml"]).iter("testcase")
    assert [case.find("system-out") is not None for case in cases] == [False, True]


def test_the_reporter_of_github_has_it_too():
    """As the message of a line that passes, and as a notice."""
    grade = a_grade(WHOLE, SHOWN)
    (_, line) = json.loads(render_result(grade))["tests"]
    assert (line["status"], line["score"], line["message"]) == ("pass", 0, FOUND)
    assert [a for a in render_annotations(grade) if FOUND in a and a.startswith("::notice ")]
    assert not [a for a in render_annotations(grade) if a.startswith("::warning ")]


@pytest.mark.parametrize("checks", [(WHOLE,), (WHOLE, PART), (PART,)])
@pytest.mark.parametrize("information", [SHOWN, HIDDEN, LOST], ids=["shown", "hidden", "lost"])
def test_no_total_is_changed_by_it(checks, information):
    """Neither the points nor their maximum, nor what the reporter's table shows."""
    before, after = a_grade(*checks), a_grade(*checks, information)
    for totals in (total_points, points_everywhere, parts_everywhere):
        one, two = totals(before), totals(after)
        if totals is total_points:
            assert (one.total, one.maximum) == (two.total, two.maximum)
        else:
            assert one == two
    tables = [json.loads(render_result(grade)) for grade in (before, after)]
    shown = [
        t["max_score"] * sum(x["status"] == "pass" for x in t["tests"]) / len(t["tests"])
        for t in tables
    ]
    assert shown[0] == pytest.approx(shown[1], abs=0.005)
    assert after.status == "graded"


@pytest.mark.parametrize("checks", [(SHOWN,), (LOST,), (HIDDEN, LOST)])
def test_a_grade_of_nothing_else_is_a_grade(environment, tmp_path, checks):
    """All points are none: nothing is divided by them, and every report is written."""
    grade = a_grade(*checks)
    write(grade, FORMATS, environment, tmp_path)
    assert set(points_everywhere(grade).values()) == {0}
    assert "0 of 0 points." in on_screen(grade)


def test_what_is_lost_comes_before_what_is_known():
    """A student reads first what costs points."""
    text = on_screen(a_grade(SHOWN, PART))
    assert text.index("expected a, got b") < text.index(FOUND)


def test_another_number_is_no_difference():
    """A growth depends on time: where a grade is repeated only its verdict is compared."""
    some, other = (a_grade(a_check("test_growth", Verdict.wrong, c)) for c in (0.3, 0.4))
    assert list(find_differences(some, other))
    assert not list(find_differences(some, other, timed={"test_growth"}))


def test_a_starter_may_pass_what_is_worth_nothing():
    """It earns nothing by it, so that no promise is broken."""
    assert not _earnings(a_grade(SHOWN), {SHOWN.name})
    assert "test_whole" in _earnings(a_grade(WHOLE, SHOWN), {WHOLE.name, SHOWN.name})


@pytest.mark.parametrize(
    ("message", "yet"),
    [
        (messages.time_up(20), True),
        (messages.late_reference(5), True),
        (messages.too_busy("no worker"), True),
        (f"{TOO_BUSY} (late): run it again", True),
        ("needs the reference, which this copy of the assignment does not have", False),
    ],
)
def test_a_growth_that_a_busy_machine_left_is_for_the_next_run(message, yet):
    """In a class it is run again, as a race is that was too noisy."""
    assert may_run_yet(a_check("test_growth", Verdict.not_run, message=message)) is yet


def test_a_decision_about_no_points_is_whole():
    """Nothing is divided by what a check is worth."""
    decision = HumanDecision("ada", "test_growth", 0.0, "why", "", "2026-11-27T00:00:00Z")
    (check,) = apply_decisions(a_grade(LOST), [decision]).checks
    assert (check.verdict, check.score) == (Verdict.passed, 0)
