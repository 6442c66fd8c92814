"""What is seen while a class is graded, by people and by programs."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from grader.course.events import EventLog
from grader.course.plan import Work
from grader.course.progress import ProgressBar
from grader.course.rows import About, Row, make_row
from grader.course.store import Outcome
from grader.course.students import Attempt
from grader.course.summary import summarize
from tests.course.conftest import RIGHT
from tests.course.test_store import grade

WORK = Work("k", Attempt(Path("ada.py")), ("ada", "bob"), ("a",), continues=True)


def test_a_log_has_lines_and_no_bar():
    """Where nothing is a terminal, a line says how far it is, and none is printed when quiet."""
    for quiet in (False, True):
        console = Console(file=io.StringIO(), width=200)
        with ProgressBar(console, quiet=quiet) as bar:
            bar.begin(2, "L3")
            bar._told = -100
            bar.tick([WORK])
            bar.graded(WORK, Outcome("k", "graded", grade=grade(a=1)), None)
        told = console.file.getvalue()
        assert ("grading 2 behind L3" in told) != quiet
        assert ("0 of 2" in told) != quiet
        assert "\x1b" not in told
    assert bar.counts == {"graded": 1}
    assert [name for name, _ in bar.slowest()] == ["ada"]


def test_another_score_of_a_second_grading_is_noted():
    """For each of a group, with the score before and now."""
    bar = ProgressBar(Console(file=io.StringIO()), quiet=True)
    old, new = (Outcome("k", "graded", grade=grade(a=credit)) for credit in (0, 1))
    bar.graded(WORK, new, old)
    assert bar.changed == {"ada": (0.0, 2.0), "bob": (0.0, 2.0)}
    bar.graded(WORK, new, new)
    assert len(bar.changed) == 2


def test_events_are_lines_of_json():
    """Each has its version; a withheld grade has no score."""
    file = io.BytesIO()
    log = EventLog(file, ProgressBar(Console(file=io.StringIO()), quiet=True))
    log.begin(1, "L3")
    log.check(WORK, "a")
    log.graded(WORK, Outcome("k", "withheld", "our fault", grade=grade(a=1)), None)
    log.end(3, {"withheld": 1})
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["begin", "check", "graded", "end"]
    assert {line["v"] for line in lines} == {1}
    assert lines[2]["score"] is None
    assert lines[2]["students"] == ["ada", "bob"]


def grade_class(light, submissions, *words, **given):
    """Grade a class by the command; return the exit code and what it complained of."""
    where = [str(light), str(submissions), "--out", str(light.parent / "grades")]
    command = [sys.executable, "-P", "-m", "grader", "class", *where, "--seed", "7", *words]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, **given)
    return done.returncode, done.stderr


def test_a_full_disk_under_what_is_printed(light, hand_in_all):
    """One sentence on the other stream; everybody is graded, and every file is written."""
    submissions = hand_in_all({"ada.py": RIGHT, "bob.py": RIGHT})
    with open("/dev/full", "w") as full:
        code, said = grade_class(light, submissions, stdout=full)
    assert (code, said) == (2, "what is printed cannot be written: No space left on device\n")
    rows = (light.parent / "grades" / "grades.csv").read_text().splitlines()
    assert len(rows) == 3
    assert all("graded" in row for row in rows[1:])


@pytest.mark.parametrize("place", ["/dev/full", "nowhere/events.jsonl"])
def test_events_that_cannot_be_written(light, hand_in_all, place):
    """They are blamed on their own file, and on no folder of grades."""
    submissions = hand_in_all({"ada.py": RIGHT})
    code, said = grade_class(light, submissions, "--events", place, stdout=subprocess.DEVNULL)
    assert code == 2
    assert said.startswith(f"--events {place}: cannot be written: No s")
    assert said.count("\n") == 1


def test_a_summary_is_at_most_twenty_lines(light):
    """However many ways there are of not being graded."""
    rows = [
        Row(f"s{i}", About(), "not_read", problem=f"reason {i % 40}", notices=("a starter",))
        for i in range(400)
    ]
    rows.append(Row("ada", About(), "graded", grade(a=1)))
    changed = {f"s{i}": (0.0, 1.0) for i in range(30)}
    places = [Path("grades.csv"), Path("canvas.csv")]
    lines = list(summarize(rows, changed=changed, slowest=[("ada", 1.0)], raced=[], places=places))
    assert len(lines) <= 20
    assert lines[0] == "401 students: 1 graded, 400 not read"


def test_the_default_is_no_points(light):
    """Not handed in, not read and not graded yet: each has its status, and no grade."""
    from grader.assignment.folder import load_assignment

    assignment = load_assignment(light)
    assert make_row("a", About(), None, assignment).status == "not_handed_in"
    assert make_row("a", About(problem="is a link"), None, assignment).status == "not_read"
    waiting = make_row("a", About(attempt="k"), None, assignment)
    assert (waiting.status, waiting.grade) == ("withheld", None)
    lost = Outcome("k", "withheld", "our fault", grade=grade(a=1))
    assert make_row("a", About(attempt="k"), lost, assignment).status == "withheld"


def test_lateness_is_judged_by_what_is_known_now(light):
    """An extension counts without a check being run again."""
    from grader.assignment.folder import load_assignment

    assignment, outcome = load_assignment(light), Outcome("k", "graded", grade=grade(test_double=1))
    came = "2026-03-01T18:00:00+01:00"
    late = make_row("a", About(attempt="k", came=came), outcome, assignment)
    assert late.grade.final_score == 1.0
    own = About(attempt="k", came=came, deadline="2026-03-02T12:00:00+01:00")
    assert make_row("a", own, outcome, assignment).grade.final_score == 2.0
