"""Names of downloads: each service's own are read whole, and of others nothing is guessed."""

from datetime import datetime

import pytest

from grader.course.gradescope_export import parse_metadata
from grader.course.labels import (
    Hints,
    Label,
    Name,
    choose_service,
    is_archive,
    is_quiet,
    plain,
    read_label,
    stem_of,
    with_starts,
)
from grader.course.starts import find_start

MARCH = datetime(2026, 3, 5, 18, 12)  # noqa: DTZ001 - as the names have it
FILES = [
    ("Canvas", "lovelaceada_12_345_hw2.py", Label("12", "lovelaceada", "hw2.py", order=(0, 345))),
    (
        "Canvas",
        "lovelaceada_LATE_12_345_hw2-2.py",
        Label("12", "lovelaceada", "hw2.py", is_late=True, order=(2, 345)),
    ),
    ("Canvas", "o_neil_7_8_a_1_2_b.py", Label("7", "o_neil", "a_1_2_b.py", order=(0, 8))),
    ("Canvas", "乔木_7_8_hw2.ipynb", Label("7", "乔木", "hw2.ipynb", order=(0, 8))),
    (
        "Canvas",
        "lovelaceada_12_text.html",
        Label("12", "lovelaceada", "lovelaceada_12_text.html", kind="text"),
    ),
    ("Canvas", "anon_a1B2c_9_hw2.py", Label("a1B2c", "", "hw2.py", order=(0, 9))),
    (
        "Canvas",
        "LATE_anon_a1B2c_9_hw2.py",
        Label("a1B2c", "", "hw2.py", is_late=True, order=(0, 9)),
    ),
    ("Canvas", "Ada_12_345_hw2.py", None),
    ("Canvas", "hw2.py", None),
    (
        "Moodle",
        "Ada Lovelace_77_assignsubmission_file_hw2.py",
        Label("77", "Ada Lovelace", "hw2.py"),
    ),
    (
        "Moodle",
        "Ada Lovelace_77_assignsubmission_onlinetext_onlinetext.html",
        Label("77", "Ada Lovelace", "onlinetext.html", kind="text"),
    ),
    ("Moodle", "Teilnehmer_in 77", None),
    (
        "Blackboard",
        "Homework 2_ada_attempt_2026-03-05-18-12-00_hw2.py",
        Label("ada", "", "hw2.py", MARCH),
    ),
    (
        "Blackboard",
        "Homework 2_ada_attempt_2026-03-05-18-12-00.txt",
        Label("ada", "", "", MARCH, kind="receipt"),
    ),
    (
        "Blackboard",
        "HW_2_ada_attempt_2026-03-05-18-12-00_a.py",
        Label("HW_2_ada", "", "a.py", MARCH),
    ),
    ("Blackboard", "HW_ada_attempt_2026-13-05-18-12-00_a.py", None),
]
FOLDERS = [
    ("Moodle", "Ada Lovelace_77_assignsubmission_file", Label("77", "Ada Lovelace")),
    ("Moodle", "Ada Lovelace_77_assignsubmission_file_", Label("77", "Ada Lovelace")),
    ("Moodle", "Participant_77_assignsubmission_file", Label("77", "Participant")),
    (
        "Brightspace",
        "12-345 - s123 Ada Lovelace - 05 March 2026 612 PM",
        Label("s123", "Ada Lovelace", "", MARCH),
    ),
    (
        "Brightspace",
        "12-345 - s123 Ada Lovelace - Mar 5, 2026 612 PM",
        Label("s123", "Ada Lovelace", "", MARCH),
    ),
    (
        "Brightspace",
        "12-345 - Ada Lovelace - Mar 5, 2026 612 PM",
        Label("Ada Lovelace", "Ada Lovelace", "", MARCH),
    ),
    ("Brightspace", "12-345 - Ada Lovelace - Smarch 5, 2026 612 PM", None),
    ("", "ada", Label("ada")),
    ("", "Zoe\u0308", Label("Zo\u00eb")),
]


@pytest.mark.parametrize(("service", "name", "label"), FILES)
def test_a_file_is_read_as_its_services(service, name, label):
    """A file's name says whose it is, or nothing."""
    found = read_label(service, Name(name, is_folder=False), Hints())
    if found is not None and found.kind == "text":
        found, label = (Label(one.student, one.name, "", kind="text") for one in (found, label))
    assert found == label


@pytest.mark.parametrize(("service", "name", "label"), FOLDERS)
def test_a_folder_is_read_as_its_services(service, name, label):
    """A folder's name says whose it is, or nothing."""
    assert read_label(service, Name(name, is_folder=True), Hints()) == label


def read_all(service, texts, hints, *, is_folder):
    """Read names of one folder together; return the student of each."""
    names = [Name(text, is_folder) for text in texts]
    known = with_starts(names, hints)
    return [label and label.student for label in (read_label(service, n, known) for n in names)]


def test_known_students_decide_where_names_are_cut():
    """With underscores or hyphens in it a name is cut where students of the roster begin."""
    hints = Hints({"van_dyke", "ada-lovelace", "bob"})
    sent = "_attempt_2026-03-05-18-12-00_a.py"
    board = [f"HW_2_van_dyke{sent}", f"HW_2_bob{sent}"]
    assert read_all("Blackboard", board, hints, is_folder=False) == ["van_dyke", "bob"]
    folders = ["course-hw2-ada-lovelace", "course-hw2-bob"]
    assert read_all("GitHub", folders, hints, is_folder=True) == ["ada-lovelace", "bob"]
    prefix = Hints(prefix="course-hw2-")
    assert read_all("GitHub", folders, prefix, is_folder=True) == ["ada-lovelace", "bob"]
    assert read_all("GitHub", folders, Hints(), is_folder=True) == [None, None]


@pytest.mark.parametrize(
    ("names", "students", "start"),
    [
        ("hw2-ada-lovelace hw2-alan", "lovelace alan", "hw2-"),
        ("hw2-ada-lovelace", "lovelace", ""),
        ("hw2-ada-lovelace hw2-zed", "lovelace alan", ""),
        ("hw2-ada-lovelace hw2-ada-byron hw2-alan", "lovelace byron alan", "hw2-"),
        ("hw2-ada-lovelace hw2-ada-byron hw2-zed", "lovelace byron alan", ""),
        ("hw2-ada-lovelace hw2-ada-byron", "ada-lovelace ada-byron lovelace byron", "hw2-"),
        ("c-hw2-ada c-hw2-bob other", "ada bob", "c-hw2-"),
        (" ".join(["c-template", *(f"c-hw2-s{i}" for i in range(20))]), "s1 s2 s3", "c-hw2-"),
        ("hw1-ada hw1-bob hw2-ada hw2-bob", "ada bob", ""),
        ("ada bob", "ada bob", ""),
        ("hw2- hw2-ada hw2-bob", "ada bob", "hw2-"),
    ],
)
def test_nobody_is_the_tail_of_anothers_login(names, students, start):
    """What names begin with is common to them; where that cannot be told it is nothing."""
    assert find_start(names.split(), students.split(), "-") == start


def test_the_start_of_ten_thousand_names_is_found_at_once():
    """It takes as long as reading them does, with as many students."""
    students = [f"s-{i}" for i in range(10_000)]
    names = [f"hw2-{student}" for student in students] + [f"x{i}-{i}-y" for i in range(9_000)]
    assert find_start(names, students, "-") == "hw2-"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"ad\xe9.py".decode(errors="surrogateescape"), "ad\\xe9.py"),
        ("a\ud800", "a\\ud800"),
        ("Zoe\u0308\udcff", "Zo\u00eb\\xff"),
    ],
)
def test_what_is_no_utf_8_is_shown_as_what_it_is(name, shown):
    """A name can be written wherever it goes, and read as a student's."""
    assert plain(name) == shown
    assert read_label("", Name(name, is_folder=True), Hints()) == Label(shown)


@pytest.mark.parametrize("name", ["HW_ada_attempt_9999-12-31-23-59-59_a.py"])
def test_a_time_that_none_reckons_with_is_no_time(name):
    """Of a year that is far off nothing can be told."""
    assert read_label("Blackboard", Name(name, is_folder=False), Hints()) is None


def test_the_service_is_that_of_most_names():
    """A stray file does not hide whose names the others are, and a few alike make no service."""
    canvas = [Name(f"a_{i}_{i}_hw2.py", is_folder=False) for i in range(3)]
    stray = Name("notes.txt", is_folder=False)
    assert choose_service([*canvas, stray], Hints()) == "Canvas"
    assert choose_service([canvas[0], stray, stray], Hints()) == ""
    assert choose_service([], Hints()) == ""


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("ada.py", "ada"),
        ("ada.tar.gz", "ada"),
        ("a.b.zip", "a.b"),
        ("-x.TGZ", "-x"),
        ("é" * 200, "é" * 200),
    ],
)
def test_a_students_own_name_is_what_stands_before_the_kind(name, stem):
    """A plain file is called as its student is."""
    assert stem_of(name) == stem
    assert is_archive(name) == name.lower().endswith(("gz", "zip"))


@pytest.mark.parametrize("name", ["__MACOSX", ".DS_Store", "Thumbs.db", "index.html", "._ada.py"])
def test_what_systems_leave_is_nobodys(name):
    """A system's own files are no submissions."""
    assert is_quiet(name)


def test_gradescopes_metadata_names_a_group():
    """Submitters are a list; what else there is of the export is passed over."""
    text = """---
submission_123:
  :submitters:
  - :name: 'Ada O''Neil'
    :sid: "s1"
    :email: ada@x.edu
  - :name: Bob
    :sid:
    :email: bob@x.edu
  :created_at: 2026-03-05 18:12:00.123456789 Z
  :history:
  - :created_at: 2026-03-01 00:00:00 Z
    :submitters:
    - :name: nobody
submission_9:
  :submitters: []
"""
    found = parse_metadata(text)
    assert [one["name"] for one in found["submission_123"].people] == ["Ada O'Neil", "Bob"]
    assert found["submission_123"].people[0]["sid"] == "s1"
    assert found["submission_123"].came.isoformat() == "2026-03-05T18:12:00.123456+00:00"
    assert found["submission_9"].people == []


@pytest.mark.parametrize(
    "time", ["2026-02-30 10:00:00 Z", "2026-02-01 25:00:00 Z", "2026-02-01 10:00:00 +99:99"]
)
def test_a_time_of_gradescope_that_is_none_is_left_out(time):
    """Whose the folder is counts all the same."""
    text = f"submission_1:\n  :submitters:\n  - :name: Ada\n  :created_at: {time}\n"
    found = parse_metadata(text)["submission_1"]
    assert (found.came, found.people) == (None, [{"name": "Ada"}])


@pytest.mark.parametrize("key", ['"submission_4":', "'submission_4':", "submission_4:"])
def test_a_quoted_folder_of_gradescope_is_read(key):
    """As YAML has it a quoted key is the same one."""
    text = f"submission_3:\n  :submitters:\n  - :name: Ada\n{key}\n  :submitters:\n  - :name: Eve\n"
    found = parse_metadata(text)
    assert [found[f"submission_{n}"].people[0]["name"] for n in (3, 4)] == ["Ada", "Eve"]


@pytest.mark.parametrize("key", ["other:", "? submission_4", "submission_4: &a", "- x"])
def test_what_is_no_folder_of_gradescope_ends_the_one_before(key):
    """Nobody is added to somebody else's folder."""
    text = f"submission_3:\n  :submitters:\n  - :name: Ada\n{key}\n  :submitters:\n  - :name: Eve\n"
    assert parse_metadata(text)["submission_3"].people == [{"name": "Ada"}]
