"""What is not made for students or a service: a suite that is not whole, or in its own folder."""

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.release.new import make_assignment

COMMANDS = [
    ("release", "hw3", "out"),
    ("package", "gradescope", "hw3", "-o", "out"),
    ("package", "classroom50", "hw3", "-o", "out"),
]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Stand in a course with a new assignment."""
    monkeypatch.chdir(tmp_path)
    make_assignment(tmp_path / "assignments" / "hw3")
    return tmp_path


def call(words):
    """Run a command; return its exit code and what it says, in one line."""
    done = CliRunner().invoke(main, words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, " ".join(done.output.split())


def swap(path, old, new):
    """Put other text in the place of some, which is there."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


DISAGREEMENTS = {
    "a check without points": (
        "assignment.toml",
        "test_softmax_ignores_a_shift                = 20\n",
        "",
        "test_softmax_ignores_a_shift is worth nothing",
    ),
    "points without a check": (
        "assignment.toml",
        "[points]\n",
        "[points]\ntest_more = 5\n",
        "points for test_more, but no such check is in",
    ),
    "two checks of one name": (
        "test_hw3.py",
        "def test_cross_entropy_is_surprise",
        "def test_softmax_ignores_a_shift",
        "test_softmax_ignores_a_shift is defined twice",
    ),
    "a check without a sentence": (
        "test_hw3.py",
        '    """softmax(logits + c) is',
        '    _ = """softmax(logits + c) is',
        "test_softmax_ignores_a_shift needs a docstring",
    ),
    "an export that the reference lacks": (
        "assignment.toml",
        '["softmax", ',
        '["sofmax", ',
        "hw3.py defines no sofmax; did you mean 'softmax'?",
    ),
    "hidden checks that are not Python": (
        "test_hw3_hidden.py",
        "def test_softmax",
        "def def test_softmax",
        ": invalid syntax",
    ),
}


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("slip", DISAGREEMENTS)
def test_a_suite_and_its_points_that_disagree_are_not_handed_out(course, words, slip):
    """What `grader run` would say of them is said before students or a service have them."""
    file, old, new, sentence = DISAGREEMENTS[slip]
    swap(course / "assignments" / "hw3" / file, old, new)
    code, said = call(words)
    assert (code, sentence in said) == (2, True), said
    assert [path.name for path in course.iterdir()] == ["assignments"]


@pytest.mark.parametrize(
    "text",
    [
        "from numpy import *\n",
        'globals()["soft" + "max"] = print\n',
        "from scipy.special import softmax\n",
        "if True:\n    softmax, other = print, print\n",
    ],
)
def test_a_reference_that_may_define_a_name_is_taken_at_its_word(course, text):
    """Nothing of it is run, so what its text does not rule out is no reason to refuse."""
    path = course / "assignments" / "hw3" / "reference" / "hw3.py"
    path.write_text(path.read_text().replace("def softmax(", "def _soft(") + text)
    code, said = call(COMMANDS[0])
    assert "defines no" not in said
    assert code == 0, said


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("place", ["assignments/hw3/out", "assignments/hw3/public/out", "link/out"])
def test_nothing_is_made_in_the_assignments_own_folder(course, words, place):
    """The next release or package would take it along."""
    (course / "link").symlink_to("assignments/hw3/starter")
    code, said = call([*words[:-1], place])
    assert code == 2, said
    assert f"{place} lies in the assignment's own folder" in said
    assert not list(course.rglob("out"))


def test_a_zip_takes_the_place_of_zips_alone(course):
    """A slip of the hand costs no solution; the next zip replaces the last one."""
    code, said = call([*COMMANDS[1][:-1], "assignments/hw3/starter/hw3.py"])
    assert (code, "what is there is no zip: name another file" in said) == (2, True), said
    for _ in range(2):
        code, said = call(COMMANDS[1])
        assert code == 0, said


@pytest.mark.parametrize("words", [COMMANDS[0], COMMANDS[2]])
def test_a_wheel_and_a_requirement_are_one_too_many(course, words):
    """Neither is left out without a word."""
    (course / "x.whl").write_bytes(b"")
    code, said = call([*words, "--wheel", "x.whl", "--install", "torchmarks"])
    assert (code, "--install and --wheel: name one of them" in said) == (2, True), said


@pytest.mark.parametrize("requirement", ["", " ", "torchmarks\nevil"])
def test_a_requirement_is_one_line(course, requirement):
    """It becomes a line of `requirements.txt`."""
    code, said = call([*COMMANDS[0], "--install", requirement])
    assert (code, "--install: write one requirement" in said) == (2, True), said
