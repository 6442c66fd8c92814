"""A new assignment is complete: its reference earns everything, its starter nothing."""

import re
import shlex

import pytest
from click.testing import CliRunner

from grader.assignment.folder import AssignmentError, load_assignment
from grader.cli import main
from grader.plugin.session import grade_submission
from grader.release.new import TEMPLATES, NewError, make_assignment


def test_it_passes_its_selftest_at_once(tmp_path):
    """The reference earns every point and the starter none, by `grader selftest`."""
    make_assignment(tmp_path / "hw3")
    done = CliRunner().invoke(main, ["selftest", str(tmp_path / "hw3"), "--only", "promises"])
    assert done.exit_code == 0, done.output
    earns, takes, _most, nothing = done.output.splitlines()
    assert (earns, nothing) == (
        "✓ the reference earns every point",
        "✓ hw3.py of starter/ earns nothing",
    )
    assert re.fullmatch(
        r"✓ the reference takes [\d.]+ s of its own; "
        r"submission_seconds = 300 is \d+ times that \(20 are advised\)",
        takes,
    )


OTHERS = [name for name in TEMPLATES if name != "numbers"]
QUICKLY = ("--only", "promises")
WHOLLY = (*QUICKLY, "--only", "constants", "--only", "orders")


@pytest.mark.parametrize(
    ("template", "families"),
    [
        *((name, WHOLLY if name == "numpy" else QUICKLY) for name in OTHERS),
        *(pytest.param(name, WHOLLY, marks=pytest.mark.slow) for name in OTHERS),
    ],
)
def test_each_template_is_green_at_once(tmp_path, template, families):
    """By `grader selftest`; its sample has a mistake that costs some points and not all."""
    place = str(tmp_path / "hw3")
    assert CliRunner().invoke(main, ["new", place, "--template", template]).exit_code == 0
    done = CliRunner().invoke(main, ["selftest", place, *families])
    assert done.exit_code == 0, done.output
    assert "✓ hw3.py of starter/ earns nothing" in done.output
    assignment = load_assignment(place)
    assert assignment.uses_torch is (template == "model")
    grade = grade_submission(assignment, assignment.folder / "submission" / "hw3.py")
    assert (grade.status, 0 < grade.score < grade.max_score) == ("graded", True), grade


def test_it_is_an_assignment(tmp_path):
    """The folder loads at once, with the title that was given."""
    make_assignment(tmp_path / "quiz", 'Quiz "1" \\ x')
    assert load_assignment(tmp_path / "quiz").title == "Quiz '1' / x"


def test_a_title_may_hold_what_toml_does_not(tmp_path):
    """Signs that nobody sees, and bytes that are no letter, are left out; the rest is kept."""
    make_assignment(tmp_path / "quiz", "Prüfung\x01 \udcff{{ 1 }}\x7f")
    assert load_assignment(tmp_path / "quiz").title == "Prüfung {{ 1 }}"
    make_assignment(tmp_path / "other", " \x01 ")
    assert load_assignment(tmp_path / "other").title.startswith("other: ")


@pytest.mark.parametrize(
    ("name", "like"),
    [("a-b", "a_b"), ("3d", "hw_3d"), ("a b", "a_b"), ("..", "hw___"), ("class", "hw_class")],
)
def test_its_name_must_be_importable(tmp_path, name, like):
    """A name that cannot be part of a module's name is refused, with one like it that can."""
    with pytest.raises(NewError, match=f"cannot name an assignment; .* as in '{like}'"):
        make_assignment(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["numpy", "torch", "grader", "hypothesis", "json", "random"])
def test_its_name_is_no_other_modules(tmp_path, name):
    """What students hand in as `numpy.py`, and the package of checks, would be imported for it."""
    with pytest.raises(NewError, match=f"'{name}' is the name of a module .* as in 'hw_{name}'"):
        make_assignment(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_what_comes_next_can_be_pasted(tmp_path, monkeypatch):
    """Also where a folder above has a blank in its name."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["new", "fall (a)/hw3"])
    assert done.exit_code == 0, done.output
    *_, told = done.output.splitlines()
    assert shlex.split(told)[:4] == ["Now:", "grader", "run", "fall (a)/hw3"]


def test_what_exists_is_left_alone(tmp_path):
    """An existing folder is wrong use."""
    (tmp_path / "hw3").mkdir()
    done = CliRunner().invoke(main, ["new", str(tmp_path / "hw3")])
    assert done.exit_code == 2
    assert not list((tmp_path / "hw3").iterdir())


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("hw3", "assignments/hw3"),
        ("./hw3", "hw3"),
        ("hw3/", "hw3"),
        (".//hw3/.", "hw3"),
        ("fall/hw3", "fall/hw3"),
        ("../here/hw3", "hw3"),
        ("assignments/hw3", "assignments/hw3"),
        ("{}/hw3", "hw3"),
    ],
)
def test_a_name_goes_under_assignments_and_a_path_where_it_says(
    tmp_path, monkeypatch, words, place
):
    """A slash makes a path of it; `grader run` then finds it by what was printed."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    done = CliRunner().invoke(main, ["new", words.format(here)])
    assert done.exit_code == 0, done.output
    assert [str(path.parent.relative_to(here)) for path in here.rglob("assignment.toml")] == [place]
    named = done.output.splitlines()[-1].split()[3]
    assert load_assignment(named).folder == here / place


def test_a_name_finds_what_it_made(tmp_path, monkeypatch):
    """`grader new hw3` makes what `hw3` then names; a slip of it is recognised."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["new", "hw3"]).exit_code == 0
    assert load_assignment("hw3").folder == tmp_path / "assignments" / "hw3"
    with pytest.raises(AssignmentError, match=r"there are hw3; did you mean 'hw3'\?"):
        load_assignment("hw33")
