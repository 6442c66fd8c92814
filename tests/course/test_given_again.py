"""A class given again after something changed: what is kept says what is true now."""

import csv
import json
import sqlite3
from dataclasses import replace

import pytest
from click.testing import CliRunner

from grader.assignment.folder import load_assignment
from grader.cli import main
from grader.course import command as class_command
from grader.course import contents
from grader.course.command import _without_regrade
from grader.course.contents import circumstances_of, content_of, digest_of
from grader.course.decisions import apply_decisions
from grader.course.engines.jobs import EngineError, Settings
from grader.course.exports import write_exports
from grader.course.rows import About, Row
from grader.course.store import HumanDecision, Store
from grader.reports.record import read_grade
from grader.source.handin import MisuseError
from tests.course.conftest import RIGHT, SUITE, WRONG
from tests.course.test_class import Class
from tests.reports.grades import a_check, a_grade


@pytest.fixture
def course(light, hand_in_all):
    """A class of two."""
    return Class(light, hand_in_all({"ada.py": RIGHT, "bob.py": RIGHT}))


def records(course):
    """The score of each record that is there, by student."""
    found = course.out.glob("students/*/grade.json")
    return {path.parent.name: read_grade(path).score for path in found}


def scores(course):
    """The score of each row that has one, by student."""
    return {student: float(row["score"]) for student, row in course.rows().items() if row["score"]}


def test_records_are_those_of_the_rows_whatever_came_in_between(course):
    """Who hands in a link, goes, or is graded by a command that is ended has no other record."""
    course.grade()
    assert records(course) == scores(course) == {"ada": 3.0, "bob": 3.0}
    (course.submissions / "ada.py").write_text(WRONG)
    (course.submissions / "bob.py").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(class_command, "write_exports", ended)
        with pytest.raises(SystemExit):
            course.grade()
    course.grade()
    assert records(course) == scores(course) == {"ada": 1.0}
    (course.submissions / "ada.py").unlink()
    (course.submissions / "ada.py").symlink_to("/etc/passwd")
    course.grade()
    assert records(course) == scores(course) == {}
    assert not any((course.out / "students").iterdir())


def ended(*_):
    """End the process where it stands, as near as a test can."""
    raise SystemExit


def test_a_record_that_is_right_is_left_as_it_is(tmp_path, light):
    """A class of thousands is not written anew; what was spoiled is."""
    rows = [Row("ada", About(), "graded", a_grade(a_check()))]
    place = tmp_path / "students" / "ada" / "grade.json"
    write_exports(tmp_path, load_assignment(light), rows, "")
    first = place.stat().st_ino
    write_exports(tmp_path, load_assignment(light), rows, "")
    assert place.stat().st_ino == first
    place.write_text("{}")
    write_exports(tmp_path, load_assignment(light), rows, "")
    assert read_grade(place).score == rows[0].grade.score


def test_what_was_graded_by_another_version_does_not_count(course):
    """A changed check that is not run, for whatever reason, leaves nobody with an old grade."""
    course.grade()
    (course.light / "test_light.py").write_text(SUITE.replace("double(2) == 4", "double(2) == 6"))
    code, told = course.grade(races="only")
    assert (code, scores(course), records(course)) == (3, {}, {})
    assert "earlier version" in told
    assert "earlier version" in (course.out / "problems.csv").read_text()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(class_command.ClassRun, "run", lambda *_: fail())
        assert course.grade()[0] == 3
    assert scores(course) == {}
    assert course.grade()[0] == 0
    assert scores(course) == {"ada": 1.0, "bob": 1.0}
    assert not (course.out / "problems.csv").exists()


def fail():
    """Have no engine."""
    raise EngineError("no wall")


def test_a_check_that_is_gone_gives_no_points(course):
    """Its points go with it, and nothing is run for that."""
    course.grade()
    toml, suite = course.light / "assignment.toml", course.light / "test_light.py"
    toml.write_text(toml.read_text().replace("test_name = 1\n", ""))
    suite.write_text(suite.read_text().partition("def test_name")[0])
    assert course.grade()[0] == 0
    assert scores(course) == {"ada": 2.0, "bob": 2.0}


def test_ctrl_c_while_a_class_is_read_says_how_to_go_on(course, monkeypatch):
    """Nothing is lost, and the command is told whole."""
    monkeypatch.setattr(class_command, "read_class", interrupted)
    code, told = course.grade(regrade="*", words=["grader", "class", "x", "--regrade"])
    assert code == 130
    assert "to go on: grader class x --regrade" in told


def interrupted(*_):
    """Press Ctrl-C."""
    raise KeyboardInterrupt


def test_a_check_that_there_is_not_cannot_be_graded_again(course):
    """The nearest name is told beside all of them."""
    with pytest.raises(MisuseError, match=r"there are .*; did you mean 'test_double'\?$"):
        course.grade(regrade="test_duble")


@pytest.mark.parametrize(
    ("words", "regrade", "left"),
    [
        ("class hw2 s --regrade test_x --quiet", "test_x", "class hw2 s --quiet"),
        ("class hw2 s --regrade=test_x", "test_x", "class hw2 s"),
        ("class --regrade --quiet hw2 s", "*", "class --quiet hw2 s"),
        ("class hw2 s --regrade", "*", "class hw2 s"),
        ("class hw2 s", None, "class hw2 s"),
    ],
)
def test_a_regrade_goes_on_and_does_not_begin_again(words, regrade, left):
    """The command that goes on forgets nothing that was run again already."""
    assert _without_regrade(words.split(), regrade) == left.split()


def test_an_interrupted_regrade_says_a_command_without_it(course, monkeypatch):
    """Once it has begun, to go on is to give the plain command."""
    course.grade()
    monkeypatch.setattr(class_command.ClassRun, "run", interrupted)
    code, told = course.grade(regrade="*", words=["grader", "class", "x", "--regrade"])
    assert code == 130
    assert told.rstrip().endswith("to go on: grader class x")
    assert scores(course) == {"ada": 3.0, "bob": 3.0}


def test_more_reasons_than_a_summary_has_room_for_are_in_a_file(tmp_path, light):
    """Each student's, in full, and no formula."""
    rows = [Row(f"s{n}", About(), "not_read", problem=f"=reason {n}") for n in range(8)]
    write_exports(tmp_path, load_assignment(light), rows, "")
    with (tmp_path / "problems.csv").open(newline="") as file:
        told = {row["student_id"]: row["problem"] for row in csv.DictReader(file)}
    assert told == {f"s{n}": f"'=reason {n}" for n in range(8)}


def test_events_end_with_the_exit_code_of_the_command(course):
    """Also where the files of the class cannot be written."""
    (course.out / "grades.csv").mkdir(parents=True)
    code, told = course.grade()
    assert (code, course.heard("end")[0]["exit"]) == (3, 3)
    assert "cannot be written" in told


CHANGES = {
    "data beside it": ("ada/factor.txt", b"2", b"3"),
    "code": ("ada/light.py", b"1", b"2"),
    "more than fifty megabytes": ("ada/weights.bin", b"1" + bytes(60_000_000), b"2"),
}


@pytest.mark.parametrize(("name", "was", "now"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_what_counts_is_another_attempt(tmp_path, name, was, now):
    """Whatever goes along with a submission, whatever its size."""
    path = tmp_path / name
    path.parent.mkdir()
    path.write_bytes(was)
    first = digest_of(path.parent, ["weights.bin"])
    with path.open("r+b") as file:
        file.write(now)
    assert digest_of(path.parent, ["weights.bin"]) != first


@pytest.mark.parametrize("name", ["public/table.json", "helper.py", "words.txt", "given/v.txt"])
def test_a_change_of_what_a_suite_reads_is_another_content(light, name):
    """Every file of the assignment, and its data, but for what only people read."""
    (light / "given").mkdir()
    toml = light / "assignment.toml"
    toml.write_text('data = "given"\n' + toml.read_text())
    before = content(light)
    (light / "handout.md").write_text("other words")
    (light / "grades").mkdir()
    (light / "grades" / "grades.sqlite").write_text("")
    (light / "grades" / "grades.csv").write_text("")
    (light / ".cache").write_text("")
    assert content(light) == before
    (light / name).write_text("1")
    assert content(light) != before


def content(folder):
    """The content of grades, as another process would find it."""
    contents._hash_of_data.cache_clear()
    assignment = load_assignment(folder)
    return content_of(assignment, circumstances_of(assignment, Settings("", seed=1)))


def test_data_in_place_of_an_assignments_own_is_known_by_what_it_is(light, tmp_path):
    """Not by its name alone."""
    data, assignment = tmp_path / "v.txt", load_assignment(light)
    found = []
    for text in ("1", "2"):
        data.write_text(text)
        contents._hash_of_data.cache_clear()
        found.append(circumstances_of(assignment, Settings("", seed=1, data=str(data))))
    assert found[0] != found[1]


def test_why_a_hidden_check_was_decided_is_read_by_its_student(tmp_path, light):
    """What was decided is told, what the check asked is not."""
    check = replace(a_check("test_double", points=2.0), hidden=True, message="saw 17")
    decision = HumanDecision("ada", "test_double", 1.0, "the reason", "me", "now")
    decided = apply_decisions(a_grade(check), [decision])
    write_exports(tmp_path, load_assignment(light), [Row("ada", About(), "graded", decided)], "")
    text = (tmp_path / "students" / "ada" / "grade.json").read_text()
    assert "the reason" in text
    assert "saw 17" not in text
    assert json.loads(text)["checks"][0]["by_hand"] is True


def decide(*words):
    """Run the command; return its exit code and what it said."""
    done = CliRunner().invoke(main, ["decide", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_a_decision_is_taken_back_of_who_is_gone(course):
    """It says so, and does it."""
    course.grade()
    assert decide(course.out, "bob", "test_double", 1, "--why", "w")[0] == 0
    (course.submissions / "bob.py").unlink()
    course.grade()
    code, said = decide(course.out, "bob", "test_double", "--undo")
    assert (code, "not in the class any more" in said) == (0, True)


def test_a_decision_that_cannot_be_written_is_a_sentence(course, monkeypatch):
    """A full disk is no traceback; a folder without grades is left as it was."""
    course.grade()
    monkeypatch.setattr(Store, "decide", full)
    code, said = decide(course.out, "bob", "test_double", 1, "--why", "w")
    assert (code, "database or disk is full" in said) == (1, True)
    other = course.submissions
    code, said = decide(other, "bob", "test_double", 1, "--why", "w")
    assert (code, "holds no grades" in said) == (2, True)
    assert not (other / ".lock").exists()


def full(*_):
    """Have no room."""
    raise sqlite3.OperationalError("database or disk is full")


def test_a_full_disk_at_the_start_is_told_with_the_command_to_go_on(course, monkeypatch):
    """It is no wrong use."""
    monkeypatch.setattr("grader.course.store._prepare", full)
    code, told = course.grade()
    assert code == 3
    assert "disk is full; to go on:" in told


def test_grades_are_not_kept_among_submissions(course):
    """The folder of one is not the folder of the other."""
    course.out = course.submissions
    with pytest.raises(MisuseError, match="holds the submissions"):
        course.grade()
    assert {path.name for path in course.submissions.iterdir()} == {"ada.py", "bob.py"}
