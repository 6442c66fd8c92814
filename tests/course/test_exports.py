"""The files of a class's grades, for the services that the submissions came from."""

import csv
import dataclasses

import pytest

from grader.assignment.folder import load_assignment
from grader.course.exports import write_exports
from grader.course.intake import read_class
from grader.course.rows import About, Row
from grader.grade.late import Late
from grader.grade.result import Decision, Verdict
from tests.course.conftest import RIGHT
from tests.reports.grades import a_check, a_grade, a_timing

LATE = Late("2026-03-02T11:00:00+01:00", "2026-03-01T12:00:00+01:00", 82_800.0, 0.5)
GRADE = a_grade(a_check("test_double", points=2.0), a_check("test_name", points=1.0))
PART = a_grade(a_check("test_double", Verdict.wrong, 0.375, 2.0), a_check("test_name", points=1.0))
REFERRED = a_check("test_double", Verdict.wrong, timing=a_timing(decision=Decision.referred))
NAMES = {
    "Canvas": {"ada": "lovelaceada_11_501_light.py", "eve": "evil_12_502_light.py"},
    "Moodle": {
        "ada": "Ada Lovelace_11_assignsubmission_file_light.py",
        "eve": "=cmd() Eve_12_assignsubmission_file_light.py",
    },
}
TABLES = {"Canvas": "canvas.csv", "Moodle": "moodle.csv"}


@pytest.fixture
def assignment(light):
    """The light assignment, of 3 points."""
    return load_assignment(light)


def rows_of(grades):
    """Make the rows of a class from grades by student, or from a status where there is none."""
    rows = []
    for student, grade in grades.items():
        about = About(name=f"Name {student}", service_id=student)
        has_none = isinstance(grade, str)
        rows.append(Row(student, about, *((grade,) if has_none else (grade.status, grade))))
    return rows


def read(folder, name):
    """Read a table; its bytes are a spreadsheet's, with a carriage return at every end."""
    raw = (folder / name).read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    return list(csv.reader(raw.decode().splitlines()))


CLASS = {
    "11": GRADE,
    "12": PART,
    "13": dataclasses.replace(GRADE, late=LATE),
    "14": a_grade(REFERRED),
    "15": a_grade(a_check(), a_check("test_name", Verdict.not_run)),
    "16": "not_read",
    "17": "not_handed_in",
    "18": "withheld",
}
POINTS = {"11": "3", "12": "1.75", "13": "1.5"}
"""Who is graded, and what with: nobody else has a row, so that an old grade stays what it is."""


def test_canvas_reads_its_table(tmp_path, assignment):
    """Its columns, a row of what can be had, and a row with the number of each who is graded."""
    write_exports(tmp_path, assignment, rows_of(CLASS), "Canvas")
    head, worth, *students = read(tmp_path, "canvas.csv")
    known = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert head == [*known, "Light: two functions"]
    assert worth == ["    Points Possible", "", "", "", "", "3"]
    assert {row[1]: row[-1] for row in students} == POINTS
    assert all(len(row) == len(head) for row in students)
    assert [row[0] for row in students] == ["Name 11", "Name 12", "Name 13"]


def test_moodle_reads_its_worksheet(tmp_path, assignment):
    """By the participant's number; a grade, what can be had, and no date that could be older."""
    write_exports(tmp_path, assignment, rows_of(CLASS), "Moodle")
    head, *students = read(tmp_path, "moodle.csv")
    assert head == ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"]
    assert {row[0]: row[2] for row in students} == {
        f"Participant {student}": points for student, points in POINTS.items()
    }
    assert {(row[3], row[4]) for row in students} == {("3", "-")}


@pytest.mark.parametrize("service", ["Canvas", "Moodle", "Gradescope", "Blackboard", ""])
def test_a_service_gets_its_own_table_and_no_other(tmp_path, assignment, service):
    """Beside the gradebook, which there always is; that of another download is taken away."""
    for other in TABLES:
        write_exports(tmp_path, assignment, rows_of(CLASS), other)
    places = write_exports(tmp_path, assignment, rows_of(CLASS), service)
    own = {"problems.csv"} | ({TABLES[service]} if service in TABLES else set())
    assert {place.name for place in places} == {"grades.csv"} | own
    assert {path.name for path in tmp_path.glob("*.csv")} == {"grades.csv"} | own


@pytest.mark.parametrize("service", TABLES)
def test_the_names_of_a_download_come_back_in_its_table(tmp_path, assignment, hand_in_all, service):
    """What a service called its students is what it is told again, and no name is a formula."""
    files = dict.fromkeys(NAMES[service].values(), RIGHT)
    intake = read_class(assignment, hand_in_all(files), None, "")
    assert intake.service == service
    rows = [
        Row(one.id, About(name=one.member.name, service_id=one.service_id), "graded", GRADE)
        for one in intake.students
        if one.attempt
    ]
    write_exports(tmp_path, assignment, rows, intake.service)
    cells = [cell for row in read(tmp_path, TABLES[service]) for cell in row]
    key = "{}" if service == "Canvas" else "Participant {}"
    assert {key.format("11"), key.format("12")} <= set(cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


@pytest.mark.parametrize("service", TABLES)
def test_a_table_has_the_services_ids_and_not_a_rosters(tmp_path, assignment, service):
    """Who came with no id of the service has no row in its table."""
    rows = [
        Row("ada", About(service_id="4711"), "graded", GRADE),
        Row("bob", About(), "graded", GRADE),
    ]
    write_exports(tmp_path, assignment, rows, service)
    text = (tmp_path / TABLES[service]).read_text()
    assert ("4711" in text, "bob" in text) == (True, False)


@pytest.mark.parametrize("service", TABLES)
def test_the_tables_are_of_the_decided_and_of_the_last_grade(tmp_path, assignment, service):
    """Written again, a table has the grades as they are now, and none that was before."""
    write_exports(tmp_path, assignment, rows_of(CLASS), service)
    write_exports(tmp_path, assignment, rows_of({"11": PART, "12": "withheld"}), service)
    text = (tmp_path / TABLES[service]).read_text()
    assert "1.75" in text
    assert "Name 12" not in text
    assert "Name 13" not in text


@pytest.mark.parametrize("service", TABLES)
def test_nobody_graded_is_a_table_of_nobody(tmp_path, assignment, service):
    """Its head stands, so that importing it changes nothing."""
    write_exports(tmp_path, assignment, rows_of({"16": "not_read"}), service)
    assert len(read(tmp_path, TABLES[service])) == {"Canvas": 2, "Moodle": 1}[service]
