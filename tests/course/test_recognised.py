"""What in a folder is nobody's, what to do where nobody is recognised, and what else is told."""

import os
import re

import pytest

from grader.assignment.folder import load_assignment
from grader.course.intake import read_class
from grader.course.summary import describe_intake
from grader.source.handin import MisuseError
from tests.course.test_intake import understood


def read(light, place, **more):
    """Read a class; return what was understood, and its rows by student."""
    intake = read_class(load_assignment(light), place, **more)
    return intake, {row.id: row for row in intake.students}


def test_what_is_ours_is_no_student(light, hand_in_all):
    """The folder of grades, the roster and the events may lie in the folder that is graded."""
    top = hand_in_all(
        {
            "hw-submissions/hw-ada/light.py": "",
            "grades/grades.csv": "",
            "events.jsonl": "",
            "who.csv": "student\nada\n",
        }
    )
    ours = [top / "grades", top / ".." / top.name / "events.jsonl", top / "not there yet"]
    intake, rows = read(light, top, roster=top / "who.csv", ignored=ours)
    assert set(rows) == {"ada"}
    assert not intake.notes


@pytest.mark.parametrize("place", ["old", "old/shards/1-of-2"])
def test_other_grades_are_left_out_and_named(light, hand_in_all, place):
    """So are those of another run; what a student calls so by a link is the student's."""
    top = hand_in_all({f"{place}/grades.sqlite": "", "ada.py": "", "bob.py": ""})
    (top / "eve").symlink_to(top / "old")
    (top / "fay.py").symlink_to(top / "bob.py")
    intake, rows = read(light, top, ignored=[top / "bob.py"])
    assert set(rows) == {"ada", "eve", "fay"}
    assert "left out, since the grades of a class are kept there: old" in intake.notes


def test_strangers_of_ours_do_not_hide_a_service(light, hand_in_all):
    """Names are Canvas' where most of what is not ours is."""
    top = hand_in_all({"adal_5_1_light.py": "", "grades/x": "", "e.jsonl": "", "w.csv": ""})
    intake, _ = read(light, top, ignored=[top / name for name in ("grades", "e.jsonl", "w.csv")])
    assert intake.service == "Canvas"


@pytest.mark.parametrize(
    ("files", "roster", "prefix", "said"),
    [
        ({"hw2-ada/a.py": ""}, "", "nope-", "begins with --prefix 'nope-': there is hw2-ada"),
        ({"hw2-ada/a.py": ""}, "student\nada\n", "nope-", "begins with --prefix 'nope-'"),
        ({f"h-{i}/a.py": "" for i in range(9)}, "", "n", "h-0, h-1, h-2, h-3, h-4 and 4 more"),
        ({}, "", "", "nothing was handed in there"),
        ({".DS_Store": "", "old/grades.sqlite": ""}, "", "", "nothing was handed in there"),
        ({"submission_metadata.yml": "", "submission_1/a.py": ""}, "", "", "names none of them"),
        ({"hw-submissions/hw-ada.zip": ""}, "", "", "nobody's work is recognised.*hw-ada.zip"),
        ({"ada.py": ""}, "student,name\n", "", "no student in it"),
    ],
)
def test_where_nobody_is_recognised_it_is_said_what_to_do(
    light, hand_in_all, files, roster, prefix, said
):
    """It is wrong use, and no success with nobody."""
    with pytest.raises(MisuseError, match=said):
        understood(light, hand_in_all(files), roster, prefix)


@pytest.mark.parametrize("prefix", ["", "hw2-"])
def test_a_class_that_handed_in_nothing_is_one(light, hand_in_all, prefix):
    """Before anything came each of the roster has a row."""
    _, rows, _ = understood(light, hand_in_all({}), "student\nada\n", prefix)
    assert rows["ada"].attempt is None


@pytest.mark.parametrize("text", ["student\nada\n", "student,path\nada,\n"])
def test_a_roster_alone_has_paths(light, tmp_path, text):
    """Without any there is nothing to read, and the other ways are named."""
    (tmp_path / "r.csv").write_text(text)
    with pytest.raises(MisuseError, match=r"names no `path` for anybody: .*--roster"):
        read_class(load_assignment(light), tmp_path / "r.csv")


def test_a_login_is_never_matched_by_its_tail(light, hand_in_all):
    """Whose login only ends as a student's id does is a stranger."""
    top = hand_in_all({"hw2-ada-lovelace/a.py": "", "hw2-alan/a.py": ""})
    intake, rows, keys = understood(light, top, "student\nlovelace\nalan\n")
    assert set(keys) == {"alan", "ada-lovelace"}
    assert rows["lovelace"].attempt is None
    assert "handed in, and not in the roster: ada-lovelace" in intake.notes


@pytest.mark.parametrize("place", [".", "../hw-submissions", "inner/.."])
def test_the_folder_gives_its_slug_from_wherever_it_is_named(
    light, hand_in_all, monkeypatch, place
):
    """Its name is the folder's own, and not what it was called by."""
    top = hand_in_all({"hw-ada/light.py": "", "hw-bob/light.py": ""}, "hw-submissions")
    (top / ".quiet").mkdir()
    monkeypatch.chdir(top)
    assert set(read(light, type(top)(place.replace("inner", ".quiet")))[1]) == {"ada", "bob"}


@pytest.mark.parametrize("name", [b"ad\xe9.py", b"ad\xe9/light.py", b"ad\xe9.zip"])
def test_a_name_that_is_no_utf_8_is_a_students(light, hand_in_all, name):
    """It is written as it can be wherever it goes, and its file is read from where it lies."""
    top = hand_in_all({"bob.py": "", os.fsdecode(name): "x = 1"})
    intake, rows, keys = understood(light, top)
    assert set(rows) == set(keys) == {"bob", "ad\\xe9"}
    row = rows["ad\\xe9"]
    assert row.attempt.path.exists()
    "\n".join(describe_intake(intake, keys)).encode()
    f"{row.attempt.name} {row.attempt.file}".encode()


def test_links_and_attempts_of_such_names_are_told(light, hand_in_all):
    """Nor do notes, earlier attempts or what is not recognised end in an error."""
    odd = os.fsdecode(b"caf\xe9")
    names = [f"adal_5_1_{odd}.py", f"adal_5_2_{odd}.py", f"adal_5_3_{odd}-1.py", "b_6_7_l.py"]
    top = hand_in_all(dict.fromkeys([*names, odd], ""))
    (top / f"eve_7_1_{odd}.py").symlink_to(top / odd)
    intake, rows, keys = understood(light, top, "student\n5\n")
    told = [*intake.notes, rows["5"].attempt.problem, *describe_intake(intake, keys)]
    told += [one.name + one.file for row in rows.values() for one in row.earlier]
    "\n".join(told).encode()
    assert any("not recognised" in note and "caf" in note for note in intake.notes)


@pytest.mark.parametrize("names", [
    ["adal_5_9_light.py", "adal_5_text.html"],
    [f"Dup_17_assignsubmission_{kind}/light.py" for kind in ("file", "onlinetext")],
    [f"Dup_17_assignsubmission_{kind}_light.py" for kind in ("file", "onlinetext")],
])  # fmt: skip
def test_typed_text_beside_a_file_takes_nothing_away(light, hand_in_all, names):
    """The file counts: a student may say a word to it."""
    _, rows, keys = understood(light, hand_in_all(dict.fromkeys(names, "")))
    (row,) = rows.values()
    assert row.attempt.name == names[0].partition("/")[0]
    assert keys


@pytest.mark.parametrize("zone", ["+05:00", "Z"])
def test_times_in_names_are_in_the_deadlines_zone(light, hand_in_all, zone):
    """Where it has an offset and no name, that is the zone."""
    toml = light / "assignment.toml"
    text = re.sub(r"deadline = .*\n", f'deadline = "2026-03-01T12:00:00{zone}"\n', toml.read_text())
    toml.write_text(re.sub("timezone.*\n", "", text))
    names = ["HW_ada_attempt_2026-03-01-10-00-00_light.py"]
    _, rows, _ = understood(light, hand_in_all(dict.fromkeys(names, "")))
    came = rows["ada"].attempt.came.isoformat()
    assert came == "2026-03-01T10:00:00" + zone.replace("Z", "+00:00")


def test_who_cannot_be_judged_late_is_named(light, hand_in_all):
    """A time that Gradescope does not tell, or tells wrongly, is not passed over."""
    person = "  :submitters:\n  - :name: {}\n  :created_at: {}\n"
    told = [("Ada", "2026-02-30 10:00:00 Z"), ("Bob", "2026-02-20 10:00:00 Z")]
    text = [f"submission_{i}:\n{person.format(*one)}" for i, one in enumerate(told)]
    files = {"submission_metadata.yml": "".join(text), "submission_0/a.py": ""}
    intake, _, _ = understood(light, hand_in_all({**files, "submission_1/a.py": ""}))
    assert "not judged late, since it is not told when it came: Ada" in intake.notes


@pytest.mark.parametrize(
    ("name", "is_said"), [("Participant", False), ("Teilnehmer", False), ("Ada Lovelace", True)]
)
def test_hidden_names_are_no_namesakes(light, hand_in_all, name, is_said):
    """Where Moodle hides names all have one word, in its language, for theirs."""
    names = [f"{name}_{i}_assignsubmission_file_light.py" for i in (7, 8, 9)]
    intake, _, _ = understood(light, hand_in_all(dict.fromkeys(names, "")))
    assert any("one name" in note for note in intake.notes) == is_said


def test_a_pipe_that_a_roster_names_is_not_read(light, tmp_path):
    """As one in a folder is not."""
    os.mkfifo(tmp_path / "ada.py")
    (tmp_path / "r.csv").write_text("student,path\nada,ada.py\n")
    _, rows, keys = understood(light, tmp_path / "r.csv")
    assert "pipe" in rows["ada"].attempt.problem
    assert not keys


DAYS = ["2026-03-01", "2026-03-02"]


@pytest.mark.parametrize(
    ("ada", "bob", "counts", "told"),
    [
        ("a.py,", "b.py,", "a.py b.py a.py", True),
        (f"a.py,{DAYS[0]}", "b.py,", "a.py b.py a.py", True),
        (f"a.py,{DAYS[0]}", f"b.py,{DAYS[0]}", "a.py b.py a.py", True),
        (f"a.py,{DAYS[0]}", f"b.py,{DAYS[1]}", "b.py b.py b.py", False),
        (f"a.py,{DAYS[1]}", f"b.py,{DAYS[0]}", "a.py a.py a.py", False),
        ("a.py,", "a.py,", "a.py a.py a.py", False),
        (f"a.py,{DAYS[0]}", "a.py,", "a.py a.py a.py", False),
        ("no.py,", "b.py,", "no.py b.py b.py", True),
        ("a.py,", ",", "a.py a.py a.py", False),
    ],
)
def test_what_counts_for_a_group_is_told_where_no_time_tells(
    light, hand_in_all, ada, bob, counts, told
):
    """Each keeps their own then, with a notice; who has none has one that can be read."""
    top = hand_in_all({"a.py": "1", "b.py": "2"})
    roster = f"student,group,path,submitted_at\nada,g,{ada}\nbob,g,{bob}\ncy,g,,\n"
    _, rows, _ = understood(light, top, roster)
    names = [rows[name].attempt.name for name in ("ada", "bob", "cy")]
    assert names == counts.split()
    said = ["each keeps their own" in " ".join(rows[name].notices) for name in ("ada", "bob", "cy")]
    assert said == [told] * 3


def test_what_does_not_count_for_a_group_is_listed(light, hand_in_all):
    """Who takes over the group's last has their own among what came before, and no word of it."""
    names = ["adal_LATE_5_1_light.py", "bobb_6_2_light.py"]
    roster = "student,group,submitted_at\n5,g,2026-03-01\n6,g,2026-03-02\n"
    _, rows, _ = understood(light, hand_in_all(dict.fromkeys(names, "")), roster)
    assert [one.name for one in rows["5"].earlier] == [names[0]]
    assert rows["5"].notices == ("handed in by 6, of the same group",)
