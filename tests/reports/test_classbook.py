"""Several students in one file: a gradebook, and what Canvas imports."""

import csv
import io

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.grade import Verdict
from grader.reports import ReportError
from grader.reports.classbook import fill_export
from grader.reports.record import write_grade
from tests.reports.grades import a_check, a_grade

EXPORT = """\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Quiz (1),Homework 2: stuck? (77)
,,,,,Manual Posting,
    Points Possible,,,,,10,100
"Lovelace, Ada",11,u1,ada,A,3,
"=Noether, Emmy",12,u2,emmy,A,4,
"Hopper, Grace",13,u3,grace,B,5,
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Stand in a folder with two grades and an export."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grades").mkdir()
    for name, credit in (("ada", 1.0), ("u2", 0.5)):
        check = a_check(credit=credit, points=100.0)
        write_grade(a_grade(check), tmp_path / "grades" / f"{name}.json")
    (tmp_path / "export.csv").write_text(EXPORT)
    return tmp_path


def report(*args):
    """Run `grader report`."""
    return CliRunner().invoke(main, ["report", *args])


def rows(path):
    """Read a table."""
    return list(csv.reader(io.StringIO(path.read_text())))


def test_a_gradebook_has_a_row_for_each_student(here):
    """Students are called as the files of their grades are."""
    done = report("grades/ada.json", "grades/u2.json", "--to", "csv")
    assert done.exit_code == 0, done.output
    assert [row[:3] for row in rows(here / "gradebook.csv")[1:]] == [
        ["ada", "hw2", "100"],
        ["u2", "hw2", "50"],
    ]


def test_canvas_gets_its_own_rows_back(here):
    """Students and the column keep what Canvas knows them by; others are left out."""
    done = report("grades/ada.json", "grades/u2.json", "--canvas", "export.csv")
    assert done.exit_code == 0, done.output
    assert rows(here / "canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 2: stuck? (77)"],
        ["    Points Possible", "", "", "", "", "100"],
        ["Lovelace, Ada", "11", "u1", "ada", "A", "100"],
        ["'=Noether, Emmy", "12", "u2", "emmy", "A", "50"],
    ]


def test_a_withheld_grade_is_an_empty_cell():
    """Canvas leaves a score alone where the cell is empty."""
    grade = a_grade(a_check(verdict=Verdict.grader_error))
    assert fill_export(EXPORT.lstrip("\ufeff"), {"13": grade}).splitlines()[2].endswith(",B,")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["grades/ada.json", "grades/u2.json", "--to", "html"], "--to html takes one grade"),
        (["grades/ada.json", "grades/ada.json"], "another grade is called ada too"),
        (["grades/ada.json", "--canvas", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["grades/ada.json", "--canvas", "grades/ada.json"], "it lacks Student, ID"),
        (["grades/ada.json", "nobody.json"], "nobody.json: No such file"),
        (["export.csv"], "export.csv: not a grade"),
    ],
)
def test_wrong_use_is_said_and_writes_nothing(here, args, words):
    """Wrong use is code 2 and a sentence."""
    before = sorted(here.rglob("*"))
    done = report(*args)
    assert done.exit_code == 2
    assert words in done.output
    assert sorted(here.rglob("*")) == before


def test_strangers_and_mixed_assignments_are_refused():
    """Who is not in the export is named; two assignments do not go into one column."""
    text = EXPORT.lstrip("\ufeff")
    with pytest.raises(ReportError, match="not in Canvas's export: nobody; the file of a grade"):
        fill_export(text, {"ada": a_grade(), "nobody": a_grade()})
    with pytest.raises(ReportError, match="several assignments"):
        fill_export(text, {"ada": a_grade(), "emmy": a_grade(assignment="hw1")})
