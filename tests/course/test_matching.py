"""Whose an entry is: by path, id, group or name, and what the service calls that student."""

import unicodedata

import pytest

from grader.source.handin import MisuseError
from tests.course.test_intake import understood

SENT = "assignsubmission_file"


def handed(rows):
    """What counts of each student, by the name that it has."""
    return {name: row.attempt and row.attempt.name for name, row in rows.items()}


def ids(rows):
    """What the service calls each student who handed in something."""
    return {name: row.service_id for name, row in rows.items() if row.attempt}


@pytest.mark.parametrize(
    ("names", "roster", "expected"),
    [
        (["adal_5_1_light.py"], "", {"5": "5"}),
        (["adal_5_1_light.py"], "student,name\n5,Ada L\n", {"5": "5"}),
        (["adal_5_1_light.py"], "student,name\nx5,Ada L\n", {"x5": "5"}),
        (["adal_5_1_light.py"], "student,path\nx5,adal_5_1_light.py\n", {"x5": "5"}),
        ([f"Ada L_5_{SENT}_light.py"], "student,name\nx5,Ada L\n", {"x5": "5"}),
        ([f"Team A_5_{SENT}_light.py"], "student,group\na,Team A\nb,Team A\n", {"a": "", "b": ""}),
        ([f"Team A_5_{SENT}_light.py"], "student,group\na,Team A\n", {"a": ""}),
        (
            ["adal_5_1_light.py", "bobb_6_2_light.py"],
            "student,name,group,submitted_at\na,Ada L,g,2026-03-01\nb,Bob B,g,2026-03-02\n",
            {"a": "5", "b": "6"},
        ),
        (["adal_5_1_light.py"], "student,name,group\na,Ada L,g\nb,,g\n", {"a": "5", "b": ""}),
        (["adal_5_1_light.py"], "student,path\na,adal_5_1_light.py\nb,adal_5_1_light.py\n",
         {"a": "", "b": ""}),
        (["adal_5_1_light.py", "a_6_1_b.py", "own.py"], "student,path\nx,own.py\n",
         {"x": "", "5": "5", "6": "6"}),
        (["ada.py"], "student\nada\n", {"ada": ""}),
        (["HW_ada_attempt_2026-03-01-10-00-00_light.py"], "", {"ada": ""}),
    ],
)  # fmt: skip
def test_the_services_own_id_is_kept(light, hand_in_all, names, roster, expected):
    """It is the student's own, whatever the roster's id is, and no group's."""
    _, rows, _ = understood(light, hand_in_all(dict.fromkeys(names, "")), roster)
    assert ids(rows) == expected


def test_who_takes_over_the_groups_keeps_the_id(light, hand_in_all):
    """The last of a group counts for all, and each has a row of their own at the service."""
    names = ["adal_5_1_light.py", "bobb_6_2_light.py"]
    roster = "student,name,group,submitted_at\na,Ada L,g,2026-03-01\nb,Bob B,g,2026-03-02\n"
    _, rows, _ = understood(light, hand_in_all(dict.fromkeys(names, "")), roster)
    assert handed(rows) == dict.fromkeys("ab", "bobb_6_2_light.py")


@pytest.mark.parametrize(
    ("names", "roster", "expected"),
    [
        (
            [f"Ada Lovelace_11_{SENT}_a.py", f"Alan Turing_12_{SENT}_b.py"],
            "12,Ada Lovelace\n11,Alan Turing\n",
            {"12": f"Ada Lovelace_11_{SENT}_a.py", "11": f"Alan Turing_12_{SENT}_b.py"},
        ),
        (
            ["lovelaceada_11_1_a.py", "turingalan_12_2_b.py"],
            "12,Ada Lovelace\n11,Alan Turing\n",
            {"12": "lovelaceada_11_1_a.py", "11": "turingalan_12_2_b.py"},
        ),
        (
            [f"Ada Lovelace_11_{SENT}_a.py"],
            "11,Ada King\n12,Alan Turing\n",
            {"11": f"Ada Lovelace_11_{SENT}_a.py", "12": None},
        ),
        (
            [f"Ada L_11_{SENT}_a.py"],
            "11,Alan T\n12,Ada L\n13,Ada L\n",
            {"11": None, "12": None, "13": None, "Ada L (11)": f"Ada L_11_{SENT}_a.py"},
        ),
        (
            ["adal_7_1_light.py", "adal_9_2_light.py"],
            "x,Ada L\n",
            {"x": None, "7": "adal_7_1_light.py", "9": "adal_9_2_light.py"},
        ),
        (
            ["adal_7_1_light.py", "adal_9_2_light.py"],
            "7,Ada L\n",
            {"7": "adal_7_1_light.py", "9": "adal_9_2_light.py"},
        ),
        (
            [f"Zed_1_{SENT}_a.py", f"Ada L_7_{SENT}_a.py", f"Alan T_9_{SENT}_a.py"],
            "1,Ada L\n2,Alan T\n",
            {
                "1": f"Ada L_7_{SENT}_a.py",
                "2": f"Alan T_9_{SENT}_a.py",
                "Zed (1)": f"Zed_1_{SENT}_a.py",
            },
        ),
        (
            ["adal_7_1_light.py", "adal_7_2_light-1.py"],
            "x,Ada L\n",
            {"x": "adal_7_2_light-1.py"},
        ),
    ],
)
def test_nobody_has_the_file_of_a_namesake_or_of_an_id_that_is_anothers(
    light, hand_in_all, names, roster, expected
):
    """Ids of the roster may be other people's at the service: then a name tells, or nothing."""
    _, rows, _ = understood(light, hand_in_all(dict.fromkeys(names, "")), "student,name\n" + roster)
    assert handed(rows) == expected


@pytest.mark.parametrize(
    ("name", "roster", "expected"),
    [
        ("Ada L_11", "a,Ada L,1\nb,Bob B,11\nc,Cy C,11\n", "a"),
        ("Ada L_11", "b,Bob B,11\nc,Cy C,11\n", "11"),
        ("Team A_5", "5,Eve E,Team B\nb,Bob B,Team A\nc,Cy C,Team A\n", "b c"),
        ("Ada L_5", "5,Ada L,Ada L\nb,Bob B,Ada L\n", "5 b"),
    ],
)
def test_a_group_is_known_by_its_name_and_no_number(light, hand_in_all, name, roster, expected):
    """A participant's number may be a group's name, and a team's number a student's id."""
    top = hand_in_all({f"{name}_{SENT}_light.py": ""})
    _, rows, _ = understood(light, top, "student,name,group\n" + roster)
    assert [name for name, row in rows.items() if row.attempt] == expected.split()


def test_that_ids_are_anothers_is_said(light, hand_in_all):
    """Whose entry went by its name is told."""
    names = [f"Ada L_11_{SENT}_a.py", f"Alan T_12_{SENT}_b.py"]
    top = hand_in_all(dict.fromkeys(names, ""))
    intake, rows, _ = understood(light, top, "student,name\n12,Ada L\n11,Alan T\n")
    assert any("matched by name" in note and names[0] in note for note in intake.notes)
    assert ids(rows) == {"12": "11", "11": "12"}


def test_a_pair_with_one_path_is_graded(light, hand_in_all):
    """Two rows may name one file, beside a folder and alone."""
    top = hand_in_all({"ours.py": "x = 1"})
    _, rows, keys = understood(light, top, "student,path\na,ours.py\nb,./ours.py\n")
    assert handed(rows) == dict.fromkeys("ab", "ours.py")
    assert keys["a"] == keys["b"]
    _, rows, keys = understood(light, top / ".." / "roster.csv")
    assert not keys, "a path alone is from where the roster lies"
    (top.parent / "roster.csv").write_text(
        "student,path\na,submissions/ours.py\nb,submissions/ours.py\n"
    )
    _, _, keys = understood(light, top.parent / "roster.csv")
    assert keys["a"] == keys["b"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "path", ["submissions/Zoë.py", "Zoë.py", "../{}/submissions/Zoë.py", "{here}/Zoë.py"]
)
def test_a_path_is_from_the_roster_or_from_the_folder(light, hand_in_all, path, form):
    """It is found in either place, and in either normal form of Unicode."""
    top = hand_in_all({unicodedata.normalize(form, "Zoë.py"): ""})
    path = path.format(top.parent.name, here=top)
    _, rows, keys = understood(light, top, f"student,path\nz,{path}\n")
    assert set(rows) == set(keys) == {"z"}
    assert not rows["z"].attempt.problem


def test_a_path_counts_before_an_id(light, hand_in_all):
    """What lies deeper than the entries of a folder, or was not recognised, is found too."""
    top = hand_in_all({"z/light.py": "1", "z/mine/light.py": "2", "z.py": "3"})
    _, rows, _ = understood(light, top, "student,path\nz,z/mine/light.py\n")
    assert rows["z"].attempt.path == top / "z" / "mine" / "light.py"
    assert {one.name for one in rows["z"].earlier} == {"z", "z.py"}
    top = hand_in_all({"adal_5_1_light.py": "", "bobb_6_1_light.py": "", "mine.py": ""}, "canvas")
    roster = "student,name,path\nx,Ada L,mine.py\n"
    intake, rows, _ = understood(light, top, roster)
    assert handed(rows) == {"x": "mine.py", "6": "bobb_6_1_light.py"}
    assert ids(rows) == {"x": "5", "6": "6"}
    assert not any("not recognised" in note for note in intake.notes)


def test_a_path_that_leads_nowhere_is_said(light, hand_in_all):
    """A typing error in a path is no student who handed in nothing; a link is one."""
    top = hand_in_all({"ada.py": ""})
    (top.parent / "link.py").symlink_to(top / "ada.py")
    roster = f"student,path\na,ado.py\nb,link.py\nc,{'x' * 300}.py\nd,ada.py/light.py\n"
    _, rows, keys = understood(light, top, roster)
    assert {name: row.attempt.problem.partition(":")[0] for name, row in rows.items()} == {
        "a": "is not there",
        "b": "is a link, and no link is graded",
        "c": "cannot be read",
        "d": "is not there",
        "ada": "",
    }
    assert set(keys) == {"ada"}


def test_two_rosters_are_refused(light, hand_in_all):
    """One of them would be left out."""
    top = hand_in_all({"ada.py": ""})
    (top.parent / "other.csv").write_text("student,path\nada,submissions/ada.py\n")
    with pytest.raises(MisuseError, match="two rosters"):
        understood(light, top.parent / "other.csv", "student\nada\n")
