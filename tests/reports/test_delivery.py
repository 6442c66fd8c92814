"""Where reports go, and that nothing is half written."""

import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rich.console import Console

from grader.reports import ReportError, detect, write
from grader.reports.classroom50 import VARIABLES
from grader.reports.registry import FORMATS
from grader.reports.terminal import render_rich
from tests.reports.grades import SECRET, a_grade


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Give an environment in which every target can be delivered, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return {
        **dict.fromkeys(VARIABLES.values(), "x"),
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GRADESCOPE_RESULTS": str(tmp_path / "results"),
    }


def test_every_target_is_delivered_and_said(environment, tmp_path):
    """Each target writes its files, and a line says where."""
    said = write(a_grade(), FORMATS, environment, tmp_path)
    names = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert names == sorted(
        [
            *("output", "summary.md", "result.json", "release-body.md", "results.json"),
            *("junit.xml", "gradebook.csv", "report.md", "report.html", "grade.json"),
        ]
    )
    assert [line.partition(":")[0] for line in said if line[0] != ":"] == list(FORMATS)


def test_no_target_tells_a_student_what_is_hidden(environment, tmp_path):
    """Without --instructor no file and no line holds a hidden input."""
    said = write(a_grade(), FORMATS, environment, tmp_path)
    texts = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert SECRET not in "\n".join(texts + said)


def test_an_instructor_is_told_what_is_hidden(environment, tmp_path):
    """With --instructor the page and the record hold it."""
    write(a_grade(), ["html", "json"], environment, tmp_path, instructor=True)
    assert SECRET in (tmp_path / "report.html").read_text()
    assert SECRET in (tmp_path / "grade.json").read_text()


def test_outputs_and_summary_are_added_to(environment, tmp_path):
    """What earlier steps wrote for the runner is kept."""
    (tmp_path / "output").write_text("before=1\n")
    write(a_grade(), ["github"], environment, tmp_path)
    assert (tmp_path / "output").read_text().startswith("before=1\nresult=")


def test_an_unknown_target_writes_nothing(environment, tmp_path):
    """A target that does not exist is named with those that do, before anything is written."""
    with pytest.raises(ReportError, match="no such report: gitlab; there are github"):
        write(a_grade(), ["json", "gitlab"], environment, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_missing_variable_writes_nothing(environment, tmp_path):
    """A target whose environment is not there stops all of them."""
    del environment["GITHUB_OUTPUT"]
    with pytest.raises(ReportError, match=r"--to github: \$GITHUB_OUTPUT is not set"):
        write(a_grade(), ["json", "github"], environment, tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_unwritable_place_is_named(environment, tmp_path):
    """Where a file cannot be written, the message says which."""
    (tmp_path / "grade.json").mkdir()
    with pytest.raises(ReportError, match=r"grade\.json: cannot be written"):
        write(a_grade(), ["json"], environment, tmp_path)


@pytest.mark.parametrize("other", ["github", "csv", "html"])
def test_one_unwritable_place_stops_all(environment, tmp_path, other):
    """Where one of several reports cannot be written, none is, whichever comes first."""
    (tmp_path / "junit.xml").mkdir()
    (tmp_path / "output").write_text("before=1\n")
    before = {path: path.stat().st_size for path in tmp_path.iterdir()}
    for targets in (["junit", other], [other, "junit"]):
        with pytest.raises(ReportError, match=r"junit\.xml: cannot be written: there is a folder"):
            write(a_grade(), targets, environment, tmp_path)
        assert before.items() <= {path: path.stat().st_size for path in tmp_path.iterdir()}.items()
        assert not list(tmp_path.glob("*.csv")) + list(tmp_path.glob("*.html"))
    assert (tmp_path / "output").read_text() == "before=1\n"


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full")
def test_a_full_disk_is_named(environment, tmp_path):
    """Where nothing more fits, the message says so, and no other report is left."""
    environment["GITHUB_OUTPUT"] = "/dev/full"
    with pytest.raises(ReportError, match="/dev/full: cannot be written: No space left"):
        write(a_grade(), ["csv", "github"], environment, tmp_path)
    assert not list(tmp_path.iterdir())


def test_gradescope_needs_its_folder(environment, tmp_path, monkeypatch):
    """Elsewhere than on Gradescope the folder has to be named: none is made at the root."""
    del environment["GRADESCOPE_RESULTS"]
    monkeypatch.setattr("grader.reports.gradescope.AUTOGRADER", tmp_path / "autograder")
    with pytest.raises(ReportError, match=r"no .*/autograder: set \$GRADESCOPE_RESULTS"):
        write(a_grade(), ["gradescope"], environment, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_environment_shows_the_targets(environment):
    """Inside Actions it is GitHub, with all of Classroom 50's variables it too, at home nothing."""
    assert detect(environment) == ["github", "classroom50"]
    assert detect({"GITHUB_OUTPUT": "somewhere"}) == ["github"]
    assert detect({}) == []


NAME = "山田\u3000José علی\u200cمحمد"


def test_whose_a_grade_is_stands_in_it(environment, tmp_path):
    """JUnit's file and the gradebook keep a student's name; a title's spaces are of one kind."""
    grade = a_grade(title="Devoir\u00a02 : l’état")
    known = {name: environment[name] for name in environment if name.startswith("GITHUB")}
    write(grade, ["junit", "csv"], {**known, "USERNAME": "root"}, tmp_path, student=NAME)
    suite = ET.parse(tmp_path / "junit.xml").find("testsuite")
    properties = {p.get("name"): p.get("value") for p in suite.find("properties")}
    assert (properties["student"], properties["submission"]) == (NAME, "hw2.py")
    assert (tmp_path / "gradebook.csv").read_text().splitlines()[1].startswith(f"{NAME},hw2,")
    screen = io.StringIO()
    Console(file=screen, width=100).print(render_rich(grade, NAME))
    assert f"Devoir 2 : l’état: {NAME}, hw2.py" in screen.getvalue()


def test_a_username_is_the_students_on_classroom50_alone(environment, tmp_path):
    """Elsewhere it is whoever is logged in; without any name the file's own stands there."""
    for environ, name in (
        ({**environment, "USERNAME": "ada"}, "ada"),
        ({"USERNAME": "root"}, "hw2.py"),
    ):
        write(a_grade(), ["csv"], environ, tmp_path)
        assert (tmp_path / "gradebook.csv").read_text().splitlines()[1].startswith(f"{name},hw2")


def test_a_result_can_be_read_by_the_reporter(environment, tmp_path):
    """The output `result` is one line of base64."""
    write(a_grade(), ["github"], environment, tmp_path)
    result = (tmp_path / "output").read_text().splitlines()[0]
    assert result.startswith("result=ey")


def test_reports_need_neither_torch_nor_pytest():
    """All of grader.reports is imported without torch, pytest and Hypothesis."""
    code = """
import importlib, json, pkgutil, sys
import grader.reports
for module in pkgutil.iter_modules(grader.reports.__path__):
    importlib.import_module(f"grader.reports.{module.name}")
heavy = ("torch", "pytest", "hypothesis", "numpy")
print(json.dumps([name for name in heavy if name in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
