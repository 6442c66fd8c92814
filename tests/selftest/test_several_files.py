"""The self-test of an assignment of several files: its solutions are folders, handed in whole."""

import json

import pytest
from click.testing import CliRunner

from grader.assignment.folder import AssignmentError, load_assignment
from grader.cli import main
from grader.selftest.solutions import load_solutions
from tests.small import make_small

CHECKS = '''
"""Checks of two functions in two modules."""


def test_double(submission):
    """double(x) is twice x."""
    assert [submission.double(x) for x in (2, 5)] == [4, 10]


def test_sign(submission):
    """sign(x) is minus below zero, else plus."""
    assert [submission.sign(-2), submission.sign(3)] == ["minus", "plus"]
'''
DOUBLE = "def double(x):\n    return 2 * x\n"
SIGN = """from doubles import double


def sign(x):
    return "minus" if double(x) < 0 else "plus"
"""
WRONG = '"""Thrice.\n\nLoses: test_double\n"""\n' + DOUBLE.replace("2", "3")
HOSTILE = '"""Leaves.\n\nEarns: nothing\n"""\nimport os\nos._exit(0)\n'
FAMILIES = ("orders", "constants", "correct", "mutants", "machine", "hostile", "neighbours")


def make(tmp_path, **files):
    """Make the assignment, with a solution of each kind."""
    texts = {
        "reference/doubles.py": DOUBLE,
        "reference/signs.py": SIGN,
        "starter/doubles.py": "def double(x):\n    pass\n",
        "starter/signs.py": "def sign(x):\n    pass\n",
        "selftest/correct/added/doubles.py": DOUBLE.replace("2 * x", "x + x"),
        "selftest/correct/added/signs.py": SIGN,
        "selftest/mutants/triple/doubles.py": WRONG,
        "selftest/mutants/triple/signs.py": SIGN,
        "selftest/hostile/leaves/doubles.py": HOSTILE,
        "selftest/hostile/leaves/signs.py": SIGN,
    }
    asked = 'files = ["doubles.py", "signs.py"]\nreference = "reference/doubles.py"'
    exports = ("double", "sign")
    return make_small(tmp_path, CHECKS, DOUBLE, asked=asked, exports=exports, files=texts | files)


def test_a_right_one_is_found_right(tmp_path):
    """Reference, solutions and starter are handed in as folders, in every family."""
    record, place = tmp_path / "found.json", make(tmp_path).folder
    names = [word for name in (*FAMILIES, "seeds", "repeats") for word in ("--only", name)]
    words = ["selftest", str(place), "--json", str(record), "--only", "promises", *names]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    told = {family["name"]: family for family in json.loads(record.read_text())["families"]}
    assert not any(family["problems"] for family in told.values())
    for name in {*FAMILIES, "seeds", "repeats"} - {"constants", "machine"}:
        assert told[name]["ran"], name
    for name in ("constants", "machine"):
        assert told[name]["ran"] == 0
        assert "one file in Python" in told[name]["untried"]


def test_what_a_folder_says_is_in_its_first_file_with_code(tmp_path):
    """In the order of the TOML; and it is the folder that is handed in."""
    found = load_solutions(make(tmp_path))
    (triple,) = found.mutants
    assert (str(triple), triple.path.is_dir(), triple.loses) == ("triple", True, {"test_double"})
    assert found.hostile[0].earns == set()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("selftest/correct/doubles.py", "is one file, and doubles.py and signs.py are handed in"),
        ("selftest/correct/empty/readme.md", "holds none of doubles.py, signs.py"),
    ],
)
def test_what_is_no_folder_of_the_files_is_a_mistake(tmp_path, place, said):
    """A file on its own would be graded as nothing, and a folder of something else too."""
    assignment = make(tmp_path, **{place: DOUBLE})
    with pytest.raises(AssignmentError, match=said):
        load_solutions(load_assignment(assignment.folder))
