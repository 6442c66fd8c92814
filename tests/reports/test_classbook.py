"""Several students in one file: a gradebook, and what Canvas imports."""

import csv
import io
import re

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.grade.late import Late
from grader.grade.result import NOT_SELECTED, Verdict
from grader.reports import ReportError
from grader.reports.canvas import fill_export, parse_export
from grader.reports.record import write_grade
from tests.reports.grades import a_check, a_grade

EXPORT = """\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Quiz (1),Homework 2: stuck? (77)
,,,,,Manual Posting,
    Points Possible,,,,,10,100
"Lovelace, Ada",11,u1,ada,A,3,
"=Noether, Emmy",12,u2,emmy,A,4,
"Hopper, Grace",13,u3,grace,B,5,
"""
PLAIN = EXPORT.lstrip("\ufeff")
TITLE = "Homework 2: stuck? (77)"


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


def worth_100(**more):
    """Make a grade of 100 points."""
    return a_grade(a_check(points=100.0), **more)


def partial():
    """Make a grade whose race was not run."""
    race = a_check("test_fast", Verdict.not_run, points=10.0, message=NOT_SELECTED)
    return a_grade(a_check(points=90.0), race)


def fill(text, names, grade=None, **options):
    """Fill an export with a grade for each name; return scores by Canvas's ID, and what is said."""
    known = {name: grade or worth_100() for name in names}
    filled, lines = fill_export(parse_export(text), known, **options)
    return imported(filled), "\n".join(lines)


def imported(text):
    """Read scores by ID as Canvas's importer does, and see that it would read the file at all."""
    first = text.splitlines()[:3]
    sizes = {
        mark: {len(next(csv.reader([line], delimiter=mark))) for line in first} for mark in ";,"
    }
    semicolons = len(sizes[";"]) == 1 and max(sizes[";"]) > max(sizes[","])
    head, worth, *rest = csv.reader(io.StringIO(text), delimiter=";" if semicolons else ",")
    names = 2 if head[:2] == ["LastName", "FirstName"] else 1
    assert names == 2 or head[0] == "Student"
    assert head[names] == "ID"
    optional = r"(,SIS User ID(?=,SIS Login ID))?(,SIS Login ID(,Integration ID)?(,Root Account)?)?"
    assert re.fullmatch(rf"ID{optional},Section", ",".join(head[names:-1]))
    assert "Points Possible" in worth[0]
    assert all(row[-1] for row in rest), "an empty cell takes a grade away"
    return {row[names]: row[-1] for row in rest}


def test_a_gradebook_has_a_row_for_each_student(here):
    """Students are called as the files of their grades are."""
    done = report("grades/ada.json", "grades/u2.json", "--to", "csv")
    assert done.exit_code == 0, done.output
    assert [row[:3] for row in rows(here / "gradebook.csv")[1:]] == [
        ["ada", "hw2", "100"],
        ["u2", "hw2", "50"],
    ]


def test_one_grade_is_called_as_several_are(here):
    """By its file, or by its folder where the file is called as everybody's is."""
    assert report("grades/ada.json", "--to", "csv").exit_code == 0
    assert rows(here / "gradebook.csv")[1][0] == "ada"
    for name in ("ada", "bob"):
        (here / name).mkdir()
        write_grade(worth_100(), here / name / "grade.json")
    assert report("ada/grade.json", "bob/grade.json", "--to", "csv").exit_code == 0
    assert [row[0] for row in rows(here / "gradebook.csv")[1:]] == ["ada", "bob"]
    (here / "bob" / "grade.json").rename(here / "grade.json")
    assert report("grade.json", "--to", "csv").exit_code == 0
    assert rows(here / "gradebook.csv")[1][0] == here.name


def test_a_class_is_shown_as_a_table(here):
    """Of several grades there is a line each, and no explanation; of one there is all."""
    late = Late("2026-11-24T00:00:00Z", "2026-11-23T00:00:00Z", 86400.0, 0.1)
    grades = {
        "bob": worth_100(late=late),
        "emmy": partial(),
        "eve": a_grade(a_check(verdict=Verdict.grader_error)),
        "lost": a_grade(a_check(verdict=Verdict.wrong, message="the reason")),
    }
    for name, grade in grades.items():
        write_grade(grade, here / "grades" / f"{name}.json")
    done = report(*(str(path) for path in sorted((here / "grades").iterdir())))
    assert done.exit_code == 0, done.output
    lines = [line.split() for line in done.output.splitlines()]
    assert lines[0] == ["student", "assignment", "points", "status"]
    assert lines[1:] == [
        ["ada", "hw2", "100", "/", "100", "graded"],
        ["bob", "hw2", "90", "/", "100", "graded,", "10%", "off"],
        ["emmy", "hw2", "90", "/", "100", "partial"],
        ["eve", "hw2", "-", "/", "10", "withheld"],
        ["lost", "hw2", "0", "/", "10", "graded"],
        ["u2", "hw2", "50", "/", "100", "graded"],
    ]
    assert "the reason" not in done.output
    assert "the reason" in report("grades/lost.json").output


def test_canvas_gets_its_own_rows_back(here):
    """Students and the column keep what Canvas knows them by; others are left out, and named."""
    done = report("grades/ada.json", "grades/u2.json", "--canvas", "export.csv")
    assert done.exit_code == 0, done.output
    assert "in Canvas's export, and no grade here: Hopper, Grace (13)" in done.output
    assert rows(here / "canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", TITLE],
        ["    Points Possible", "", "", "", "", "100"],
        ["Lovelace, Ada", "11", "u1", "ada", "A", "100"],
        ["'=Noether, Emmy", "12", "u2", "emmy", "A", "50"],
    ]


def test_a_name_is_looked_for_column_by_column():
    """An earlier row's ID never beats a later row's SIS User ID; the doubt is told."""
    text = PLAIN.replace("u3", "11")
    scores, said = fill(text, ["11"])
    assert scores == {"13": "100"}
    assert "11 was taken for Hopper, Grace (13), and not for Lovelace, Ada (11)" in said
    assert fill(PLAIN, ["11"])[0] == {"11": "100"}


def test_a_name_that_two_students_have_is_refused():
    """So are two names of one student."""
    with pytest.raises(ReportError, match=r"ada is the SIS Login ID of Lovelace, Ada \(11\) a"):
        fill(PLAIN.replace("emmy", "ada"), ["ada"])
    with pytest.raises(ReportError, match=r"ada and u1 are both Lovelace, Ada \(11\)"):
        fill(PLAIN, ["ada", "u1"])


WIDE = "LastName,FirstName,ID,SIS User ID,SIS Login ID,Integration ID,Root Account,Section,Notes"
KINDS = [
    (";", "Student,ID,SIS Login ID,Section", ["Lovelace, Ada", "11", "ada", "A"]),
    (",", "Student,ID,Section", ["Lovelace, Ada", "11", "A"]),
    (",", "LastName,FirstName,ID,SIS Login ID,Section", ["Lovelace", "Ada", "11", "ada", "A"]),
    (
        ";",
        WIDE,
        ["Lovelace", "Ada", "11", "u1", "ada", "i", "e.org", "A", "x"],
    ),
]


@pytest.mark.parametrize(("mark", "head", "row"), KINDS)
@pytest.mark.parametrize("worth", ["100", "100.00", "100,00", ""])
def test_every_kind_of_export_is_filled(mark, head, row, worth):
    """With or without SIS columns, with names in two, with semicolons, with decimal commas."""
    text, blank = io.StringIO(), [""] * len(row)
    possible = ["    Points Possible", *blank[1:], worth]
    csv.writer(text, delimiter=mark).writerows(
        [[*head.split(","), TITLE], [*blank, "Manual Posting"], possible, [*row, ""]]
    )
    name = "ada" if "Login" in head else "11"
    assert fill(text.getvalue(), [name])[0] == {"11": "100"}


def test_a_withheld_grade_has_no_row():
    """Canvas takes an empty cell for a grade that was removed, so the row is left out."""
    grades = {
        "13": a_grade(a_check(verdict=Verdict.grader_error, points=100.0)),
        "ada": worth_100(),
    }
    filled, said = fill_export(parse_export(PLAIN), grades)
    assert imported(filled) == {"11": "100"}
    assert "withheld, so the old grade stays: 13" in said
    with pytest.raises(ReportError, match=r"no grade is left to write(.|\n)*withheld"):
        fill_export(parse_export(PLAIN), {"13": grades["13"]})


def test_an_excused_or_unassigned_student_has_no_row():
    """A score would take the excuse away, and Canvas drops one of who has not the assignment."""
    text = PLAIN.replace("A,4,", "A,4,EX").replace("B,5,", "B,5,N/A")
    scores, said = fill(text, ["ada", "emmy", "grace"])
    assert scores == {"11": "100"}
    assert "excused in Canvas: emmy\nnot assigned in Canvas: grace" in said


def test_partial_grades_are_written_when_that_is_said(here):
    """A race that was not run would cost its points in silence."""
    write_grade(partial(), here / "grades" / "ada.json")
    words = ["grades/ada.json", "grades/u2.json", "--canvas", "export.csv"]
    done = report(*words)
    assert (done.exit_code, "not all checks were run: ada; --partial" in done.output) == (2, True)
    assert not (here / "canvas.csv").exists()
    assert report(*words, "--partial").exit_code == 0
    assert imported((here / "canvas.csv").read_text()) == {"11": "90", "12": "50"}


@pytest.mark.parametrize(
    ("worth", "words"),
    [
        ("10", "is worth 10 points in Canvas, and hw2 100: make it 100 there"),
        ("99.99", "is worth 99.99 points"),
        ("(read only)", "cannot be written to: it is worth"),
        ("inf", "cannot be written to"),
    ],
)
def test_an_assignment_that_is_worth_something_else_is_not_filled(worth, words):
    """Neither is a column filled beyond its points, nor are its points changed."""
    with pytest.raises(ReportError) as caught:
        fill(PLAIN.replace("10,100", f"10,{worth}"), ["ada"])
    assert words in str(caught.value)


def test_the_column_is_that_of_the_title_or_the_one_named(here):
    """A title that goes on is another one; two of a title have to be told apart; else it is new."""
    longer = PLAIN.replace(TITLE, "Homework 2: stuck? (late) (78)")
    export = parse_export(longer)
    assert (
        fill_export(export, {"ada": worth_100()})[0].splitlines()[0].endswith("Homework 2: stuck?")
    )
    two = PLAIN.replace("Quiz (1)", "Homework 2: stuck? (76)").replace("10,100", "100,100")
    with pytest.raises(ReportError, match=r"stuck\? is one of .*\(76\), .*\(77\): name it with"):
        fill(two, ["ada"])
    assert fill(two, ["ada"], column=TITLE)[0] == {"11": "100"}
    with pytest.raises(ReportError, match=r"--column Quizz: there are Quiz \(1\), Homework"):
        fill(PLAIN, ["ada"], column="Quizz")
    done = report("grades/ada.json", "--canvas", "export.csv", "--column", "Quiz")
    assert (done.exit_code, "Quiz (1) is worth 10 points" in done.output) == (2, True)
    assert report("grades/ada.json", "--column", "Quiz").exit_code == 2


def test_strangers_are_named_and_stop_nobody(here):
    """Who is not in the export is said; only where all are strangers nothing is written."""
    write_grade(worth_100(), here / "grades" / "nobody.json")
    words = [f"grades/{name}.json" for name in ("nobody", "ada")]
    done = report(*words, "--canvas", "export.csv")
    assert (done.exit_code, "not in Canvas's export: nobody\n" in done.output) == (0, True)
    assert imported((here / "canvas.csv").read_text()) == {"11": "100"}
    with pytest.raises(ReportError, match="file of a grade is called by its student's SIS Login"):
        fill(PLAIN, ["nobody", "eve"])


def test_mixed_assignments_are_refused():
    """Two assignments do not go into one column, nor do two versions of one."""
    for other, words in (
        (a_grade(assignment="hw1"), "several assignments"),
        (a_grade(a_check(points=90.0)), "two versions, worth 100 and 90 points"),
    ):
        with pytest.raises(ReportError, match=words):
            fill_export(parse_export(PLAIN), {"ada": worth_100(), "emmy": other})


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["grades/ada.json", "grades/u2.json", "--to", "html"], "--to html takes one grade"),
        (["grades/ada.json", "--to", "html", "--canvas", "export.csv"], "--to html takes one"),
        (["grades/ada.json", "grades/ada.json"], "another grade is called ada too"),
        (["grades/ada.json", "--canvas", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["grades/ada.json", "--canvas", "grades/ada.json"], "it lacks Student, ID"),
        (["grades/ada.json", "--partial"], "--column and --partial are for --canvas"),
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


@pytest.mark.parametrize("kind", ["itself", "a link to it"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("canvas.csv", ["grades/ada.json", "--canvas", "canvas.csv"]),
        ("grade.json", ["grade.json", "--to", "json"]),
        ("code.py", ["code.py", "grades/ada.json"]),
    ],
)
def test_what_is_read_is_not_written_over(here, name, words, kind):
    """An export has other columns, and a grade hidden inputs, that no report has; code is code."""
    (here / "grade.json").write_bytes((here / "grades" / "ada.json").read_bytes())
    (here / "canvas.csv").write_text(EXPORT)
    (here / "code.py").write_text("x = 1\n")
    before = (here / name).read_bytes()
    if kind == "a link to it" and name != "code.py":
        (here / "link").symlink_to(name)
        words = ["link" if word == name else word for word in words]
    done = CliRunner().invoke(main, ["merge" if name == "code.py" else "report", *words])
    assert done.exit_code == 2, done.output
    assert re.search(r"would be written over: copy it first|is not written over", done.output)
    assert (here / name).read_bytes() == before


@pytest.mark.parametrize("text", ["", "\n", "x" * 200_000 + ",y\n", "a\0b,c\n"])
def test_what_is_no_export_is_refused(text):
    """Whatever the file is, it is refused in words."""
    with pytest.raises(ReportError, match="no export of Canvas's gradebook"):
        parse_export(text)
