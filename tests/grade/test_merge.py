"""Grades of one submission made one: a check counts once, by the worst run that came about."""

from dataclasses import replace

import pytest

from grader.assignment.folder import load_assignment
from grader.grade.late import Late
from grader.grade.merge import MergeError, merge_grades
from grader.grade.result import NOT_SELECTED, CheckResult, Grade, Handed, Verdict
from grader.grading.devices import Gradings
from grader.grading.one_device import Grading
from grader.grading.options import GradingOptions
from grader.plugin.session import run_checks
from grader.reports.record import parse_json, render_json
from tests.conftest import TINY

LATE = Late("2026-11-02T10:00:00Z", "2026-11-01T12:00:00Z", 79200.0, 0.1)


def check(name, verdict=Verdict.passed, credit=None, message=""):
    """Make a result that is worth ten points."""
    credit = float(verdict is Verdict.passed) if credit is None else credit
    return CheckResult(name, "", verdict, credit, 10, message=message, seconds=1.0)


def grade(device, *checks, **more):
    """Make a grade of one submission on a device."""
    facts = {"title": "T", "version": "1", "submission": Handed("hw.py", "ab" * 32)}
    facts |= {"isolation": "L3r", "seed_fingerprint": "f00d", "started_at": "2026-11-01T10:00:00Z"}
    return Grade(assignment="hw", checks=checks, device=device, seconds=2.0, **{**facts, **more})


def merged(cpu, cuda):
    """Merge what one check came to on either device."""
    return merge_grades([grade("cpu", cpu), grade("cuda", cuda)]).checks[0]


@pytest.mark.parametrize("other", [Verdict.wrong, Verdict.raised, Verdict.died, Verdict.timed_out])
def test_the_worse_verdict_counts_and_says_where(other):
    """What is wrong on either device is wrong, whichever comes first."""
    for pair in ((check("a"), check("a", other, message="m")), (check("a", other), check("a"))):
        assert merged(*pair).verdict is other
    assert merged(check("a"), check("a", other, message="m")).message == "on cuda: m"


def test_of_two_parts_the_smaller_counts():
    """Less credit is the worse result."""
    half, less = (check("a", Verdict.wrong, credit) for credit in (0.5, 0.25))
    assert merged(half, less).credit == merged(less, half).credit == 0.25


def test_what_did_not_run_earns_nothing_and_costs_nothing_where_it_ran():
    """A race of one device counts by that device; a check that ran nowhere did not run."""
    skipped = check("a", Verdict.not_run, message="is raced on cpu")
    assert merged(check("a"), skipped).credit == 1
    nowhere = merged(skipped, check("a", Verdict.not_run, message="too noisy"))
    assert (nowhere.verdict, nowhere.credit) == (Verdict.not_run, 0)
    assert nowhere.message == "on cpu: is raced on cpu; on cuda: too noisy"


def test_what_was_asked_nowhere_is_not_explained():
    """A check that no part selected stays one that was not asked; one reason is one."""
    unasked = check("a", Verdict.not_run, message=NOT_SELECTED)
    assert not merged(unasked, unasked).was_asked
    assert merged(unasked, check("a", Verdict.not_run, message="busy")).message == "on cuda: busy"


def test_a_fault_of_the_grader_on_one_device_withholds():
    """No grade is given while a person has to look at one of the devices."""
    both = merge_grades([grade("cpu", check("a")), grade("cuda", check("a", Verdict.grader_error))])
    assert both.status == "withheld"


def test_a_lost_device_makes_the_grade_partial():
    """Where nothing ran on a device, the points stand and the grade says that it is not whole."""
    lost = grade("cuda", check("a", Verdict.not_run, message="the card is taken"))
    both = merge_grades([grade("cpu", check("a")), lost])
    assert (both.score, both.status, both.lost_devices) == (10, "partial", ("cuda",))
    assert both.notices[0] == "nothing ran on cuda: the card is taken"
    again = parse_json(render_json(both))
    assert again.lost_devices == ("cuda",)
    assert again.status == "partial"


def test_a_lost_device_stays_lost_until_a_grade_of_it_comes():
    """A grade that is joined once more is not whole for that; a run of the device makes it so."""
    cpu = grade("cpu", check("a"))
    without = merge_grades([cpu], {"cuda": "no card"})
    for again in ([without, cpu], [cpu, without], [without, without]):
        both = merge_grades(again)
        assert (both.status, both.lost_devices) == ("partial", ("cuda",))
        assert both.notices == ("nothing ran on cuda: no card",)
    for late in (grade("cuda", check("a")), merge_grades([cpu, grade("cuda", check("a"))])):
        whole = merge_grades([without, late])
        assert (whole.status, whole.lost_devices, whole.notices) == ("graded", (), ())
    busy = grade("cuda", check("a", Verdict.not_run, message="busy"))
    assert merge_grades([busy, grade("cuda", check("a"))]).status == "graded"


def test_circumstances_are_told_of_both():
    """Device, isolation, time and versions are those of all grades."""
    one = grade("cpu", check("a"), versions={"torch": "2.6"})
    two = grade("cuda", check("a"), isolation="L3r-cuda", versions={"torch": "2.7"})
    both = merge_grades([one, two])
    assert (both.device, both.isolation, both.seconds) == ("cpu+cuda", "L3r, L3r-cuda", 4.0)
    assert both.notices == ("graded with different versions: torch 2.6 and 2.7",)
    assert merge_grades([both, two]).device == "cpu+cuda"


@pytest.mark.parametrize("order", [1, -1])
def test_merging_twice_changes_no_check(order):
    """A grade that is merged again with one of its parts stays what it was."""
    half = check("a", Verdict.wrong, 0.5, message="m")
    parts = [grade("cpu", check("a")), grade("cuda", half)][::order]
    both = merge_grades(parts)
    for part in parts:
        again = merge_grades([both, part])
        assert (again.score, again.status) == (both.score, both.status)
        assert [one.message for one in again.checks] == [one.message for one in both.checks]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"submission": Handed("other.py", "cd" * 32)}, "hw.py and other.py are not the same file"),
        ({"assignment": "hw9"}, "two assignments: hw and hw9"),
        ({"version": "2"}, "two versions of the assignment: 1 and 2"),
        ({"seed_fingerprint": "beef"}, "two seeds: f00d and beef"),
        ({"submitted_at": "2026-11-02T10:00:00Z"}, "two times of handing in: None and 2026-11-02"),
        ({"late": LATE}, "two deadlines or penalties: None and 10% less after 2026-11-01T12"),
        ({"checks": (check("b"),)}, "two suites"),
    ],
)
def test_grades_of_different_things_are_refused(change, words):
    """What differs is named."""
    one = grade("cpu", check("a"))
    with pytest.raises(MergeError, match=words):
        merge_grades([one, replace(one, device="cuda", **change)])


def test_every_check_runs_on_each_device(hand_in):
    """Two gradings in one session: each has its workers, and the worse run of a check counts."""
    assignment = load_assignment(TINY)
    path = hand_in()
    gradings = Gradings(
        {name: Grading(assignment, GradingOptions(submission=path)) for name in ("cpu", "other")}
    )
    ran = []
    for device, one in gradings.by_device.items():
        one.on_check = lambda result, device=device: ran.append((device, result.name))
    both = run_checks(gradings)
    assert both.score == both.max_score
    names = [check.name for check in both.checks if check.ran]
    assert ran == [(device, name) for device in ("cpu", "other") for name in names]
