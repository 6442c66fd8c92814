"""From a folder and a roster to a row for every student."""

import os
import re

import pytest

from grader.assignment.folder import load_assignment
from grader.course.intake import read_class
from grader.course.plan import read_attempts
from grader.course.roster import parse_roster
from grader.course.summary import describe_intake
from grader.source.handin import MisuseError


def understood(light, place, roster="", prefix=""):
    """Read a class, with a roster of this text."""
    path = None
    if roster:
        path = place.parent / "roster.csv"
        path.write_text(roster)
    intake = read_class(load_assignment(light), place, path, prefix)
    asked = load_assignment(light).files
    intake.students, keys = read_attempts(intake.students, asked)
    return intake, {row.id: row for row in intake.students}, keys


def test_a_plain_folder_has_a_student_for_each_entry(light, hand_in_all):
    """Files, folders and archives are called as their students are; what is nobody's is left."""
    odd = ["José", "עברית", "-rf", "a b", "x" * 200]
    files = {f"{name}.py": "" for name in odd} | {
        "bob/light.py": "",
        "cy.zip": b"PK",
        ".DS_Store": "",
    }
    _, rows, keys = understood(light, hand_in_all(files))
    assert set(rows) == {*odd, "bob", "cy"} == set(keys)


def test_both_normal_forms_of_a_name_are_one_student(light, hand_in_all):
    """What looks the same is the same: of two files of it neither is chosen."""
    _, rows, keys = understood(light, hand_in_all({"Zo\u00eb.py": "1", "Zoe\u0308.py": "2"}))
    assert list(rows) == ["Zo\u00eb"]
    assert "2 candidates" in rows["Zo\u00eb"].attempt.problem
    assert not keys


def test_names_that_differ_by_case_stay_two(light, hand_in_all):
    """They are kept apart, and that is said."""
    intake, rows, _ = understood(light, hand_in_all({"ada.py": "", "Ada.py": ""}))
    assert set(rows) == {"ada", "Ada"}
    assert any("differ by case" in note for note in intake.notes)


def test_links_and_devices_have_a_row_and_are_not_read(light, hand_in_all):
    """A link is named and not followed; nor is a pipe opened."""
    top = hand_in_all({"ada.py": "x = 1"})
    (top / "eve.py").symlink_to(top / "ada.py")
    (top / "fay").symlink_to(top)
    os.mkfifo(top / "gil.py")
    _, rows, keys = understood(light, top)
    assert set(keys) == {"ada"}
    assert all("link" in rows[name].attempt.problem for name in ("eve", "fay"))
    assert "pipe" in rows["gil"].attempt.problem


def test_the_last_of_canvas_attempts_counts(light, hand_in_all):
    """A resubmitted file takes the place of the one before, which is listed."""
    names = [
        "adal_5_100_light.py",
        "adal_LATE_5_120_light-1.py",
        "adal_5_121_notes.txt",
        "bobb_6_130_light.py",
    ]
    intake, rows, _ = understood(light, hand_in_all(dict.fromkeys(names, "")))
    assert intake.service == "Canvas"
    assert set(rows) == {"5", "6"}
    assert rows["5"].attempt.name == "adal_LATE_5_120_light-1.py"
    assert rows["5"].attempt.file == "light.py"
    assert rows["5"].attempt.is_late
    assert "by how much" in rows["5"].notices[0]
    assert [one.name for one in rows["5"].earlier] == ["adal_5_100_light.py"]


def test_the_last_of_blackboards_attempts_counts_with_its_time(light, hand_in_all):
    """The time in a name is in the assignment's zone."""
    names = [
        f"HW_ada_attempt_2026-03-0{day}-10-00-00{end}"
        for day in (1, 2)
        for end in ("_light.py", ".txt")
    ]
    _, rows, _ = understood(light, hand_in_all(dict.fromkeys(names, "")))
    assert rows["ada"].attempt.came.isoformat() == "2026-03-02T10:00:00+01:00"
    assert len(rows["ada"].earlier) == 1


def test_what_is_only_text_or_a_receipt_is_not_read(light, hand_in_all):
    """Somebody who handed in no file is named."""
    canvas = understood(light, hand_in_all({"adal_5_text.html": "", "bobb_6_7_light.py": ""}))[1]
    assert "no file" in canvas["5"].attempt.problem
    board = {"HW_ada_attempt_2026-03-01-10-00-00.txt": ""}
    intake, rows, _ = understood(light, hand_in_all(board, "board"))
    assert "receipt" in rows["ada"].attempt.problem
    assert not intake.notes


def test_gradescopes_group_has_a_row_for_each(light, hand_in_all):
    """Both of a group have the grade, by their ids; a folder without metadata is said."""
    metadata = """---
submission_1:
  :submitters:
  - :name: Ada
    :sid: a1
  - :name: Bob
    :sid: b2
  :created_at: 2026-03-01 10:00:00 Z
"""
    export = {
        "assignment_9_export/submission_metadata.yml": metadata,
        "assignment_9_export/submission_1/light.py": "",
        "assignment_9_export/submission_2/light.py": "",
    }
    intake, rows, keys = understood(light, hand_in_all(export))
    assert set(rows) == {"a1", "b2"}
    assert keys["a1"] == keys["b2"]
    assert any("submission_2" in note for note in intake.notes)


def test_github_classrooms_folder_gives_its_prefix(light, hand_in_all):
    """The folder is called by the slug; a user's name may have hyphens."""
    top = hand_in_all(
        {"hw-submissions/hw-ada-l/light.py": "", "hw-submissions/hw-bob/light.py": ""}
    )
    assert set(understood(light, top)[1]) == {"ada-l", "bob"}
    assert set(understood(light, top / "hw-submissions", prefix="hw-a")[1]) == {"da-l"}


def test_roster_and_files_are_reconciled(light, hand_in_all):
    """Who is absent, who is a stranger, and whose name is matched: each is said or done."""
    top = hand_in_all(
        {"adal_5_1_light.py": "", "lovelaceada_7_2_light.py": "", "whoz_8_3_light.py": ""}
    )
    roster = "student,name,group\n5,Somebody,\nlovelace,Ada Lovelace,\ncy,Cy Young,\ndi,Di,\n"
    intake, rows, _ = understood(light, top, roster)
    assert [row for row in rows if rows[row].attempt] == ["5", "lovelace", "8"]
    assert rows["cy"].attempt is None
    assert any("nothing came: cy, di" in note for note in intake.notes)
    assert any("not in the roster: 8" in note for note in intake.notes)


def test_a_group_of_the_roster_shares_what_one_handed_in(light, hand_in_all):
    """Who handed in nothing has the group's; the folder of a group is of all its members."""
    roster = "student,group\nada,g1\nbob,g1\ncy,g2\ndi,g2\n"
    top = hand_in_all({"ada.py": "", "g2/light.py": ""})
    _, rows, keys = understood(light, top, roster)
    assert keys["ada"] == keys["bob"]
    assert keys["cy"] == keys["di"]
    assert "same group" in rows["bob"].notices[0]


def test_a_roster_alone_says_where_each_file_is(light, hand_in_all, tmp_path):
    """Paths are read from where the roster lies; one that is missing is named."""
    hand_in_all({"ada.py": ""})
    roster = tmp_path / "class.csv"
    roster.write_text(
        "student,path,submitted_at,deadline\nada,submissions/ada.py,2026-03-02T12:00:00Z,\nbob,no.py,,\ncy,,,\n"
    )
    intake = read_class(load_assignment(light), roster)
    rows = {row.id: row for row in intake.students}
    assert rows["ada"].attempt.came.isoformat().startswith("2026-03-02T1")
    assert rows["bob"].attempt.problem == "is not there"
    assert rows["cy"].attempt is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nada\n", "column `student`"),
        ("", "column `student`"),
        ("student\nada\nada\n", "r.csv:3: ada is in it twice"),
        ("student,deadline\nada,soon\n", "r.csv:2: deadline"),
        ("student,name\n,ada\n", "no student in this row"),
    ],
)
def test_what_is_wrong_with_a_roster_is_said_with_its_line(text, said):
    """A mistake in it is wrong use, and nothing is graded."""
    with pytest.raises(MisuseError, match=said):
        parse_roster(text, "r.csv", None)


def test_a_roster_may_have_semicolons():
    """As spreadsheets write it in half of Europe."""
    (member,) = parse_roster("Student;Name\r\nada;Ada, L\r\n", "r.csv", None)
    assert (member.student, member.name) == ("ada", "Ada, L")


def test_what_was_understood_is_told_before_anything_runs(light, hand_in_all):
    """A line for each student, and what is to be known."""
    top = hand_in_all({"ada.py": "", "bob/inner/light.py": ""})
    intake, _, keys = understood(light, top, "student\nada\nbob\ncy\n")
    told = "\n".join(describe_intake(intake, keys))
    assert "ada: ada.py" in told
    assert "cy: nothing handed in" in told
    assert "3 students, 2 to be graded" in told


def test_nothing_to_read_is_wrong_use(light, tmp_path):
    """A path that leads nowhere, or to something else, is named."""
    with pytest.raises(MisuseError, match="not there"):
        read_class(load_assignment(light), tmp_path / "no")
    (tmp_path / "x.txt").write_text("")
    with pytest.raises(MisuseError, match="neither a folder nor a roster"):
        read_class(load_assignment(light), tmp_path / "x.txt")


def test_several_files_come_in_a_folder_or_an_archive(light, hand_in_all):
    """A file of them by itself is not enough, and a change of any of them is noticed."""
    toml = light / "assignment.toml"
    text = toml.read_text().replace('accepts = ["light.py"]', 'files = ["light.py", "w.pt"]')
    toml.write_text(re.sub(r"reference.*\n", "", text))
    top = hand_in_all(
        {"ada/light.py": "", "ada/w.pt": "1", "bob.zip": b"PK", "cy.py": "", "di/hw/w.pt": "1"}
    )
    _, rows, keys = understood(light, top)
    assert set(keys) == {"ada", "bob", "di"}
    told = "is no .zip or folder with light.py and w.pt: there is cy.py"
    assert rows["cy"].attempt.problem == told
    for name in ("ada/w.pt", "di/hw/w.pt"):
        (top / name).write_text("2")
    _, _, later = understood(light, top)
    assert {name for name in keys if keys[name] != later[name]} == {"ada", "di"}
