"""assignment.toml: read whole, and every mistake named with file and line."""

import copy
import os
import pickle
import re
import sys

import pytest

from grader.assignment.agreement import compare_rubric
from grader.assignment.folder import (
    AssignmentError,
    Limits,
    Measure,
    Speed,
    find_assignment,
    load_assignment,
)

GOOD = """\
title = "Homework 9"
version = "3"
accepts = ["hw9.py", "hw9.ipynb"]
exports = ["f", "g"]
reference = "reference/hw9.py"
isolation = "L3"
notebook = "all"
visibility = "after_published"
deadline = 2026-11-01T12:00:00+02:00
late = "10% a day"
grace = "15 minutes"
attempts = 5

[points]
test_f_is_exact = 40
test_g_is_fast = 20.5
test_h = 0

[speed.test_g_is_fast]
full = 2
none = 512
device = "cpu"

[measure.test_h]
full = 0.85
none = 1.04
scale = "log"

[limits]
memory = "1.5 GiB"
scratch = 1024
threads = 2
call_seconds = 3

[parameters]
epochs = 500
"""


@pytest.fixture
def folder(tmp_path):
    """Make a folder of an assignment named hw9, complete with its files."""
    folder = tmp_path / "assignments" / "hw9"
    (folder / "reference").mkdir(parents=True)
    for name in ("test_hw9.py", "reference/hw9.py"):
        (folder / name).touch()
    (folder / "assignment.toml").write_text(GOOD)
    return folder


def problems(folder, text):
    """Load the assignment with another text; return the lines of the complaint."""
    (folder / "assignment.toml").write_text(text)
    with pytest.raises(AssignmentError) as caught:
        load_assignment(folder)
    return str(caught.value).splitlines()


def changed(old, new):
    """Return the good text with one change, which must be one."""
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_every_key_is_read(folder):
    """A complete file becomes an Assignment with all of its values."""
    one = load_assignment(folder)
    assert (one.name, one.title, one.version) == ("hw9", "Homework 9", "3")
    assert one.accepts == ("hw9.py", "hw9.ipynb")
    assert one.checks == ("test_f_is_exact", "test_g_is_fast", "test_h")
    assert one.max_score == 60.5
    assert one.reference == folder / "reference" / "hw9.py"
    assert one.speed == {"test_g_is_fast": Speed(2.0, 512.0, "cpu")}
    assert one.measure == {"test_h": Measure(0.85, 1.04, "log")}
    assert one.limits == Limits(memory=3 << 29, scratch=1024, threads=2, call_seconds=3.0)
    assert (one.late.rate, one.late.grace.size.seconds, one.attempts) == (0.1, 900, 5)
    assert (one.isolation, one.notebook, one.visibility) == ("L3", "all", "after_published")
    assert one.parameters == {"epochs": 500}


@pytest.mark.parametrize("carried", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_an_assignment_can_be_sent_to_another_process(folder, carried):
    """And copied: it is what it was, and as little to be changed."""
    hw9 = load_assignment(folder)
    there = carried(hw9)
    assert there == hw9
    assert there.limits_of("test_h") == hw9.limits_of("test_h")
    with pytest.raises(TypeError):
        there.points["test_h"] = 5


def test_an_assignment_is_frozen(folder):
    """Nothing in it can be changed."""
    one = load_assignment(folder)
    with pytest.raises(AttributeError):
        one.title = "other"
    with pytest.raises(TypeError):
        one.points["test_h"] = 100


def test_it_is_found_by_path_and_by_name(folder, monkeypatch):
    """The folder, its TOML and its name under ./assignments all mean it."""
    monkeypatch.chdir(folder.parents[1])
    places = (folder, folder / "assignment.toml", "hw9", "assignments/hw9")
    assert {find_assignment(place) for place in places} == {folder}


def test_one_that_is_not_there_names_those_that_are(folder):
    """A wrong name gets the list of right ones."""
    with pytest.raises(AssignmentError, match=r"hw8: no folder .* there are hw9"):
        find_assignment("hw8", folder.parents[1])


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('version = "3"', "version = 3", 2, "version must be a text, not 3"),
        ("visibility", "visiblity", 8, "unknown key 'visiblity'; did you mean 'visibility'?"),
        ('"L3"', '"L9"', 6, "isolation must be one of L3r, "),
        ('"hw9.ipynb"', '"../hw9.py"', 3, "accepts: '../hw9.py' is not a file name"),
        ('["f", "g"]', '["f", "f"]', 4, "exports: 'f' is named twice"),
        ('["f", "g"]', "[]", 4, "exports must name at least one"),
        ("reference/hw9.py", "reference/hw8.py", 5, "reference: there is no "),
        ("+02:00", "", 9, "does not say its time zone"),
        ("10% a day", "10 points", 10, "is not a penalty like"),
        ("15 minutes", "soon", 11, "is not a time like"),
        ('late = "', 'timezone = "Mars"\nlate = "', 10, "'Mars' is not a time zone"),
        ('late = "', 'timezone = "/etc"\nlate = "', 10, "'/etc' is not a time zone"),
        ('late = "', 'timezone = "Asia/Tokyo"\nlate = "', 9, "another offset than Asia/Tokyo then"),
        ("attempts = 5", "attempts = 0", 12, "attempts must be a whole number above 0"),
        ("= 40", '= "40"', 15, "points.test_f_is_exact must be a number of points, not '40'"),
        ("= 40", "= true", 15, "must be a number of points, not True"),
        ("= 40", "= -1", 15, "must be 0 or more, not -1"),
        ("= 40", "= nan", 15, "must be 0 or more, not nan"),
        ("= 40", "= 0.125", 15, "may have two decimals, not 0.125"),
        ("[points]", "[points]\nh = 1", 15, "points.h: a check is named like test_something"),
        ("full = 2", "full = 512", 19, "speed.test_g_is_fast: full (512) must be below none"),
        (
            'device = "cpu"',
            "[speed.test_g_is_fast.cuda]\nfull = 3",
            22,
            "speed.test_g_is_fast.cuda: none missing",
        ),
        (
            'device = "cpu"',
            "[speed.test_g_is_fast.cuda]\nfull = 3\nnone = 3",
            22,
            "speed.test_g_is_fast.cuda: full (3) must be below none (3)",
        ),
        ("none = 512", "", 19, "speed.test_g_is_fast: none missing"),
        ("none = 512", "none = 512\nsteps = 6", 22, "there are no steps any more, credit is a st"),
        ("none = 512", "none = 512\nsteps = true", 22, "to none; delete this line"),
        ("[speed.test_g_is_fast]", "[speed.test_k]", 19, "speed.test_k: no such check in [points]"),
        ('device = "cpu"', 'device = "gpu"', 22, "speed.test_g_is_fast.device must be one of"),
        ("none = 1.04", "none = 0.85", 24, "full and none must differ"),
        ("none = 1.04", "none = 0", 26, "measure.test_h.none must be a number above 0"),
        ("1.5 GiB", "1.5 gigs", 30, "limits.memory: '1.5 gigs' is not a size like"),
        ("threads = 2", "threads = 2.5", 32, "limits.threads must be a whole number above 0"),
        ("call_seconds", "call_second", 33, "did you mean 'call_seconds'?"),
        *(
            ("[parameters]", f"[limits.{table}\n\n[parameters]", line, words)
            for table, line, words in (
                ("test_h]\nmemory = 'much'", 36, "limits.test_h.memory: 'much' is not a size"),
                ("test_h]\nmemory = 0", 36, "limits.test_h.memory must be a whole number above 0"),
                ("test_h]\ncall_seconds = 'no'", 36, "limits.test_h.call_seconds must be a number"),
                ("test_h]\ncall_second = 2", 36, "did you mean 'call_seconds'?"),
                ("test_h]\nthreads = true", 36, "limits.test_h.threads: it is one for all checks"),
                ("test_h]\nload_seconds = 1", 36, "and belongs in [limits]"),
                ("test_hh]\nmemory = 9", 35, "no such check in [points]; did you mean 'test_h'?"),
                ("test_g_is_fast]\nfiles = 9", 35, "a race is run within [limits]"),
                ("files.x]\ny = 1", 35, "limits.files must be a whole number above 0"),
            )
        ),
        ("epochs = 500", "epochs = [500]", 36, "parameters.epochs must be a number or a text"),
        ("epochs = 500", f"epochs = {9**99}", 36, "parameters.epochs: a whole number is from -2"),
        (
            "threads = 2",
            f"threads = {2**63}",
            32,
            "limits.threads: a whole number is from -2**63 to 2**63",
        ),
        (
            'none = 1.04\nscale = "log"',
            "none = inf",
            24,
            "measure.test_h: full and none must be finite",
        ),
        (
            'full = 0.85\nnone = 1.04\nscale = "log"',
            "full = -1e308\nnone = 1e308",
            24,
            "and so must what lies between",
        ),
        ("threads = 2", "threads = 33", 32, "limits.threads must be at most 32"),
        ("threads = 2", "files = 1000001", 32, "limits.files must be at most 1,000,000"),
        ("1.5 GiB", "2000 TiB", 30, "limits.memory must be at most 1048576 GiB"),
        ('"1.5 GiB"', "1_200_000_000_000_000", 30, "memory must be at most 1048576 G"),
        ("1.5 GiB", f"{'9' * 400} B", 30, "is larger than any machine"),
        ("call_seconds = 3", "call_seconds = 1e300", 33, "must be at most 604800 s, a week"),
        ("call_seconds = 3", "cpu_seconds = 1e9", 33, "limits.cpu_seconds must be at most 604800"),
        (
            "[parameters]",
            "[limits.test_h]\nscratch = '2000 TiB'\n\n[parameters]",
            36,
            "limits.test_h.scratch must be at most 1048576 GiB",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(folder, old, new, line, words):
    """One mistake gives one line: the file, the line in it, and what is wrong."""
    (found,) = problems(folder, changed(old, new))
    assert found.startswith(f"{folder / 'assignment.toml'}:{line}: ")
    assert words in found


def test_all_mistakes_are_named_at_once(folder):
    """Nobody has to run it again to hear of the next mistake."""
    text = GOOD.replace("= 40", "= -1").replace("10% a day", "x").replace('"L3"', "3")
    assert len(problems(folder, text)) == 3


def test_what_is_missing_is_named(folder):
    """Title, accepts, exports and points must be there."""
    found = "\n".join(problems(folder, ""))
    assert all(f"{key!r} is missing" in found for key in ("title", "accepts", "exports", "points"))


@pytest.mark.parametrize("key", ["title", "version", "public_data_from"])
@pytest.mark.parametrize("text", ["", " "])
def test_a_text_that_people_read_says_something(folder, key, text):
    """An empty one is named with its line, and once."""
    (folder / "images").mkdir()
    (folder / "images" / "cat.txt").touch()
    lines = [line for line in GOOD.splitlines() if not line.startswith(key)]
    found = problems(folder, "\n".join([f'{key} = "{text}"', 'public_data = "images"', *lines]))
    assert len(found) == 1
    assert f":1: {key} must say something, not {text!r}" in found[0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("20.5", "-1", "points.test_g_is_fast must be 0 or more, not -1"),
        ("h = 0", 'h = "0"', "points.test_h must be a number of points, not '0'"),
        ("exact = 40", "exact = 0.001", "points.test_f_is_exact may have two decimals, not 0.001"),
    ],
)
def test_wrong_points_are_points_still(folder, old, new, words):
    """A check whose points are wrong is there: no table that speaks of it says otherwise."""
    more = '[needs]\ntest_h = ["test_f_is_exact"]\n\n[limits.test_f_is_exact]\nmemory = 9\n'
    assert GOOD.count(old) == 1
    (found,) = problems(folder, GOOD.replace(old, new) + more)
    assert words in found


def test_what_is_not_toml_is_named_with_its_line(folder):
    """A file that cannot be parsed says where."""
    (found,) = problems(folder, 'title = "x"\nversion = \n')
    assert found.startswith(f"{folder / 'assignment.toml'}:2: not TOML: ")


@pytest.mark.parametrize(
    "line",
    [f"title = {'9' * 5000}", f"title = {'[' * 5000}{']' * 5000}", f"{'a.' * 5000}a = 1"],
    ids=["digits", "brackets", "dots"],
)
def test_what_python_does_not_parse_is_not_toml(folder, line):
    """Digits, brackets and dots without end are told in a line, as all else is."""
    (found,) = problems(folder, f"{line}\n")
    assert found.startswith(f"{folder / 'assignment.toml'}: not TOML: ")


ODD_PATHS = {
    "": "must be",
    "a\\u0000b": "must be",
    "x" * 300: "there is no",
    "x/" * 3000: "there is no",
}


@pytest.mark.parametrize("key", ["reference", "data", "public_data"])
@pytest.mark.parametrize("path", ODD_PATHS, ids=["empty", "zero", "long", "longer"])
def test_a_path_that_cannot_be_is_a_mistake_like_others(folder, key, path):
    """It has its line, and nothing breaks off; the empty text is no folder."""
    text = changed('reference = "reference/hw9.py"\n', f'{key} = "{path}"\n')
    found = problems(folder, text)
    assert f"assignment.toml:5: {key}" in found[0]
    assert ODD_PATHS[path] in found[0]


def test_a_reference_is_a_file(folder):
    """The folder that it lies in is not the reference."""
    (found,) = problems(folder, changed("reference/hw9.py", "reference"))
    assert found.endswith(f"reference: {folder / 'reference'} is a folder: name the file in it")


def test_no_points_are_below_zero(folder):
    """-0.0 is 0, and is shown without a sign."""
    (folder / "assignment.toml").write_text(changed("test_h = 0", "test_h = -0.0"))
    assert f"{load_assignment(folder).points['test_h']:g}" == "0"


def test_the_least_number_of_toml_is_one(folder):
    """There is one more below zero than above."""
    (folder / "assignment.toml").write_text(changed("epochs = 500", f"epochs = {-(2**63)}"))
    assert load_assignment(folder).parameters["epochs"] == -(2**63)


def test_what_is_not_utf8_is_named(folder):
    """A file in another encoding says so."""
    (folder / "assignment.toml").write_bytes(b'title = "\xe9"')
    with pytest.raises(AssignmentError, match=r"is not UTF-8 \(byte 9\)"):
        load_assignment(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_folder_whose_name_is_no_text_is_named(folder):
    """Its path is sent to other processes, and kept beside grades."""
    odd = folder.with_name(os.fsdecode(b"caf\xe9"))
    folder.rename(odd)
    with pytest.raises(AssignmentError, match="is no UTF-8 text: give the folder another name"):
        load_assignment(odd)


def test_a_late_penalty_needs_a_deadline(folder):
    """A penalty or a grace without a deadline is a mistake."""
    text = changed("deadline = 2026-11-01T12:00:00+02:00\n", "")
    assert [line.partition(": ")[2] for line in problems(folder, text)] == [
        *("late needs a deadline", "grace needs a deadline"),
    ]


def test_the_suite_must_be_there(folder):
    """Without the module of public checks there is nothing to grade."""
    (folder / "test_hw9.py").unlink()
    (found,) = problems(folder, GOOD)
    assert found.endswith("test_hw9.py, the module of the checks")


def test_lines_are_found_inside_dotted_keys_and_after_long_texts(folder):
    """A key written `limits.memory` and a text over several lines do not mislead."""
    text = GOOD.partition("[limits]")[0].replace(
        'version = "3"', 'version = """\nmemory = 1\n"""\nlimits.memory = "x"'
    )
    (found,) = problems(folder, text)
    assert ":5: limits.memory" in found


def test_answers_make_it_an_instructors_copy(folder):
    """A copy with the reference or the hidden checks is the instructor's."""
    assert load_assignment(folder).is_instructors
    (folder / "assignment.toml").write_text(changed('reference = "reference/hw9.py"\n', ""))
    assert not load_assignment(folder).is_instructors
    (folder / "test_hw9_hidden.py").touch()
    assert load_assignment(folder).is_instructors


def test_suite_and_points_agree(folder):
    """With the same names on both sides there is nothing to complain about."""
    one = load_assignment(folder)
    assert compare_rubric(one, one.checks[:2], one.checks[2:]) == []


@pytest.mark.parametrize(
    ("public", "hidden", "words"),
    [
        (["test_new"], [], "test_hw9.py: test_new is worth nothing"),
        (["test_f_is_exact"], [], "test_hw9.py: test_f_is_exact is defined twice"),
        ([], ["test_f_is_exact"], "test_f_is_exact is a check in both"),
    ],
)
def test_disagreement_names_both_files(folder, public, hidden, words):
    """A check without points, twice, or in both modules is named with file and TOML."""
    one = load_assignment(folder)
    (found,) = compare_rubric(one, [*one.checks, *public], hidden)
    assert words in found
    assert "test_hw9" in found


def test_points_without_a_check_are_named(folder):
    """Points that no check earns are named with both files."""
    (found,) = compare_rubric(load_assignment(folder), ["test_f_is_exact", "test_h"], [])
    assert re.search(r"assignment\.toml:\d+: points for test_g_is_fast", found)
    assert found.endswith("test_hw9.py")


def test_a_misspelt_check_is_recognised_from_either_side(folder):
    """Each side names its line, and the name that the other side has for it."""
    one = load_assignment(folder)
    (folder / "test_hw9.py").write_text("import x\n\n\ndef test_g_is_fats(): pass\n")
    first, second = compare_rubric(one, ["test_f_is_exact", "test_h", "test_g_is_fats"], [])
    assert "test_hw9.py:4: test_g_is_fats is worth nothing" in first
    assert first.endswith("did you mean 'test_g_is_fast'?")
    assert second.endswith("did you mean 'test_g_is_fats'?")


def test_a_race_may_have_ends_of_its_own_on_a_gpu(folder):
    """A grade on a GPU takes the ends that are for it; one on the CPU the others."""
    ends = 'device = "cpu"\n\n[speed.test_g_is_fast.cuda]\nfull = 3\nnone = 96\n'
    (folder / "assignment.toml").write_text(changed('device = "cpu"\n', ends))
    speed = load_assignment(folder).speed["test_g_is_fast"]
    assert speed.on("cpu") == speed
    assert speed.on("cuda") == Speed(3.0, 96.0, "cuda")
    assert Speed(2.0, 512.0, "cpu").on("cuda") is None


SEVERAL = 'files = ["model.py", "train.py", "weights.pt"]'
MISTAKES_IN_FILES = {
    f'{SEVERAL}\naccepts = ["hw9.py"]': "accepts and files exclude each other",
    "": "'accepts' is missing",
    "files = []": "files must name at least one",
    'files = "model.py"': "files must be a list of texts, not 'model.py'",
    'files = ["a/model.py"]': "files: 'a/model.py' is not a file name like model.py",
    'files = ["model.py", "model.py"]': "files: 'model.py' is named twice",
    'files = ["model.py", "Model.py"]': "'Model.py' differs from another of them by case alone",
    'files = ["weights.pt"]': "none of them is a .py or an .ipynb file",
    'files = ["model.py", "hw.ipynb"]': "'hw.ipynb' is a notebook, which cannot be imported",
    'files = ["my-model.py"]': "'my-model.py' cannot be imported by the others",
    'files = ["random.py"]': "'random.py' has the name of another module",
    'files = ["pandas.py"]\npackages = ["pandas"]': "'pandas.py' has the name of another module",
    'files = ["shapes.py"]': "'shapes.py' has the name of another module",
    f'{SEVERAL}\nreference = "reference/hw9.py"': "name its 'model.py', not 'hw9.py'",
    f'{SEVERAL}\nreference = "reference/model.py"': "there is no weights.pt beside the reference",
    f'{SEVERAL}\n[limits]\nsubmission_size = "1 GB"': "submission_size must be at most 100 MB",
}


@pytest.mark.parametrize(("toml", "words"), MISTAKES_IN_FILES.items(), ids=MISTAKES_IN_FILES)
def test_a_mistake_about_what_is_handed_in_has_its_line(folder, toml, words):
    """One sentence each, with file and line."""
    for name in ("public/shapes.py", "reference/model.py", "reference/train.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("")
    head, _, limits = toml.partition("[limits]")
    lines = ['title = "9"', 'exports = ["f"]', head, "[points]", "test_f = 1"]
    text = "\n".join([*lines, f"[limits]{limits}" if limits else ""])
    (folder / "assignment.toml").write_text(text)
    with pytest.raises(AssignmentError) as wrong:
        load_assignment(folder)
    assert re.search(rf"assignment\.toml:\d+: [^\n]*{re.escape(words)}", str(wrong.value))
