"""The roster: what it says is taken as it is, and what cannot be right is refused with its line."""

import os
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from grader.course.roster import parse_roster, read_roster
from grader.source.handin import MisuseError

FAR = "9999-12-31T23:59:59-23:00"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student,dedline\nada,\n", "no column 'dedline'; did you mean 'deadline'"),
        ("studnet,name\nada,\n", "no column 'studnet'; did you mean 'student'"),
        ("student,e-mail\nada,\n", "did you mean 'email'"),
        ("student,submitted\nada,\n", "did you mean 'submitted_at'"),
        ("student,name\nada,Lovelace, Ada\n", "r.csv:2: has more cells than there are columns"),
        ("student,\nada,x\n", "r.csv:2: has more cells"),
        ("student,name,name\nada,a,b\n", "two columns are called `name`"),
        ("student,Student\nada,eve\n", "two columns are called `student`"),
        ("student,name\n", "no student in it"),
        ("student\n\n,\n", "no student in it"),
        (f"student,submitted_at\nada,{FAR}\n", "r.csv:2: submitted_at: .* too far off"),
        (f"student,deadline\nada,{FAR}\n", "r.csv:2: deadline: .* too far off"),
        ("student,deadline\nada,0001-01-01T00:00:00+10:00\n", "r.csv:2: deadline: .* too far"),
        ("s\0t\0u\0", "not UTF-8"),
    ],
)
def test_what_cannot_be_right_is_refused(text, said):
    """A typing error in a roster costs nobody an extension, a name or a grade."""
    with pytest.raises(MisuseError, match=said):
        parse_roster(text, "r.csv", None)


@pytest.mark.parametrize("time", [FAR, "0001-01-01T00:00:00", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("column", ["submitted_at", "deadline"])
def test_a_time_that_cannot_be_put_into_the_zone_is_refused(time, column):
    """It is said with its line, and is no fault of ours."""
    text = f"student,{column}\nada,{time}\n"
    with pytest.raises(MisuseError, match=f"r.csv:2: {column}"):
        parse_roster(text, "r.csv", ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    "head",
    [
        "student,section,username,surname,notes",
        "Student,ID,SIS User ID,SIS Login ID,Section",
        "student,student id,homework,homework,",
        "student,,name",
    ],
)
def test_columns_of_others_are_left_alone(head):
    """What a service's own table has besides is no mistake; nor are empty cells at an end."""
    (member,) = parse_roster(f"{head}\nada,,,,,,,\n", "r.csv", None)
    assert member.student == "ada"


def test_times_without_a_zone_are_in_the_deadlines_offset():
    """An offset is a zone as good as a named one; a time that names its own has that."""
    text = "student,submitted_at,deadline\nada,2026-03-01T10:00:00,2026-03-01T10:00:00Z\n"
    (member,) = parse_roster(text, "r.csv", timezone(timedelta(hours=5)))
    assert member.submitted_at.isoformat() == "2026-03-01T10:00:00+05:00"
    assert member.deadline.isoformat() == "2026-03-01T10:00:00+00:00"


def test_a_roster_is_a_file(tmp_path):
    """A pipe is not waited for, and a folder is none."""
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", tmp_path):
        with pytest.raises(MisuseError, match="is no file"):
            read_roster(path, None)
    with pytest.raises(MisuseError, match="cannot be read"):
        read_roster(tmp_path / "no.csv", None)


def test_a_roster_that_is_too_large_is_said_to_be(tmp_path):
    """It is not read to its end, wherever that cuts a letter."""
    path = tmp_path / "r.csv"
    path.write_text("é" * (9 << 20))
    with pytest.raises(MisuseError, match="larger than 16 MB"):
        read_roster(path, None)
