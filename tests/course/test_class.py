"""A class graded by the one command: what it comes to, what is run again, and what is not."""

import csv
import dataclasses
import io
import json
import os
from pathlib import Path

import pytest
from rich.console import Console

from grader.assignment.folder import load_assignment
from grader.cli import main
from grader.course.command import ClassCommand
from grader.course.engines.jobs import Settings
from grader.course.engines.named import EngineName
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.reports.record import read_grade
from grader.source.handin import MisuseError
from tests.course.conftest import RIGHT, STARTER, SUITE, WRONG
from tests.course.test_archives import zipped


class Class:
    """An assignment and its submissions, graded again and again."""

    def __init__(self, light: Path, submissions: Path) -> None:
        self.light, self.submissions = light, submissions
        self.out = light.parents[1] / "grades"
        self.events = light.parents[1] / "events.jsonl"

    def grade(self, **more):
        """Run the command; return the exit code and what was told."""
        console = Console(file=io.StringIO(), width=200)
        said: list[str] = []
        settings = Settings("", seed=7, jobs=2)
        given = {"settings": settings, "events": self.events, "words": ["grader"], **more}
        command = ClassCommand(str(self.light), self.submissions, self.out, **given)
        self.events.unlink(missing_ok=True)
        code = command.run(console, said.append)
        return code, console.file.getvalue() + "\n".join(said)

    def rows(self):
        """The table of grades, by student."""
        with (self.out / "grades.csv").open(newline="") as file:
            return {row["student_id"]: row for row in csv.DictReader(file)}

    def heard(self, event):
        """The events of a kind in the last run."""
        lines = self.events.read_text().splitlines() if self.events.exists() else []
        return [line for line in map(json.loads, lines) if line["event"] == event]


@pytest.fixture
def course(light, hand_in_all):
    """Hand in what classes hand in."""
    files = {
        "ada.py": RIGHT,
        "bob/deep/light.py": WRONG,
        "cy.zip": zipped([("cy/light.py", RIGHT)]),
        "di.py": STARTER.replace("Return", "I return"),
        "eve.py": "def double(: pass",
        "fay.zip": b"PK no zip",
        "gil/readme.txt": "hello",
    }
    submissions = hand_in_all(files)
    (submissions / "hal.py").symlink_to(submissions / "ada.py")
    return Class(light, submissions)


def test_a_card_that_is_not_there_is_wrong_use(course, monkeypatch):
    """A class ends as one submission would, and the next command grades everybody."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    code, told = course.grade(settings=Settings("", seed=7, device="cuda"))
    assert code == 2
    assert "\n--device cuda: " in f"\n{told}"
    assert "no grade" not in told


def test_one_job_at_a_time_has_a_card():
    """Its memory and its time are shared by all that run; cores are each job's own."""
    for engine in (EngineName(), EngineName(is_ray=True)):
        assert engine.jobs_at_a_time("cuda") == 1
    assert EngineName().jobs_at_a_time("cpu") == len(os.sched_getaffinity(0))
    assert EngineName(is_ray=True).jobs_at_a_time("cpu") == 0


def without_times(checks):
    """What checks came to, save how long it took."""
    return [dataclasses.replace(check, seconds=0.0) for check in checks]


def test_everybody_has_a_row_and_what_is_run_twice_is_asked_for(course):
    """One pass over right, wrong and unreadable; then nothing; then only what has changed."""
    code, told = course.grade()
    assert code == 3, told
    rows = course.rows()
    status = {student: row["status"] for student, row in rows.items()}
    assert status == {
        **dict.fromkeys(["ada", "bob", "cy", "di", "eve"], "graded"),
        **dict.fromkeys(["fay", "gil", "hal"], "not_read"),
    }
    scores = {student: row["score"] for student, row in rows.items()}
    assert scores == {"ada": "3", "bob": "1", "cy": "3", "di": "0", "eve": "0"} | dict.fromkeys(
        ["fay", "gil", "hal"], ""
    )
    assert "handed in the starter: di" in told
    assert len(told.splitlines()) <= 22

    alone = grade_submission(
        load_assignment(course.light), course.submissions / "ada.py", options=GradingOptions(seed=7)
    )
    kept = read_grade(course.out / "students" / "ada" / "grade.json")
    assert without_times(kept.checks) == without_times(alone.checks)

    assert course.grade()[0] == 3
    assert not course.heard("begin"), "nothing was to be done"

    suite = course.light / "test_light.py"
    suite.write_text(SUITE.replace("double(2) == 4", "double(2) == 6"))
    (course.submissions / "ida.py").write_text(RIGHT)
    code, told = course.grade()
    checked = [(line["students"][0], line["check"]) for line in course.heard("check")]
    assert {check for student, check in checked if student != "ida"} == {"test_double"}
    assert {student for student, check in checked if check == "test_name"} == {"ida"}
    assert course.rows()["bob"]["score"] == "3"
    assert course.rows()["ada"]["score"] == "1"
    assert "graded again, and another score: ada, 3 before and 1 now" in told


def test_a_decision_survives_a_regrade_and_is_taken_back(course, cli):
    """It counts, it is shown beside what was measured, and goes when it is undone."""
    course.grade()
    why = ["--why", "right but for a sign"]
    done = cli(["decide", str(course.out), "bob", "test_double", "1.5", *why])
    assert "2.5 points in all" in done.output
    course.grade(regrade="test_double")
    assert course.rows()["bob"]["test_double"] == "1.5"
    record = read_grade(course.out / "students" / "bob" / "grade.json")
    message = next(check.message for check in record.checks if check.name == "test_double")
    assert "right but for a sign" in message
    assert "measured: 0, wrong" in message
    cli(["decide", str(course.out), "bob", "test_double", "--undo"])
    assert course.rows()["bob"]["score"] == "1"


@pytest.fixture
def cli():
    """Run a command, which must succeed."""
    from click.testing import CliRunner

    def run(words):
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
        return done

    return run


def test_a_suite_that_cannot_be_imported_withholds_everything(course):
    """It is said, once; nobody has points, and every student has a row all the same."""
    (course.light / "test_light.py").write_text("import no_such_module\n" + SUITE)
    code, told = course.grade()
    assert code == 3
    assert "no_such_module" in told
    assert {row["score"] for row in course.rows().values()} == {""}
    assert course.rows()["ada"]["status"] == "withheld"


def test_a_package_that_is_missing_is_said_before_anybody_is_graded(course):
    """What an assignment promises to submissions is tried first: nobody loses points for it."""
    toml = course.light / "assignment.toml"
    toml.write_text('packages = ["no_such_package"]\n' + toml.read_text())
    with pytest.raises(MisuseError, match="no_such_package"):
        course.grade()
    assert not course.out.exists()
