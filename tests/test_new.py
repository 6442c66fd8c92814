"""A new assignment is complete: its reference earns everything, its starter nothing."""

import re

import pytest
from click.testing import CliRunner

from grader.assignment import load_assignment
from grader.cli import main
from grader.new import NewError, make_assignment


def test_it_passes_its_selftest_at_once(tmp_path):
    """The reference earns every point and the starter none, by `grader selftest`."""
    make_assignment(tmp_path / "hw3")
    done = CliRunner().invoke(main, ["selftest", str(tmp_path / "hw3")])
    assert done.exit_code == 0, done.output
    earns, takes, nothing = done.output.splitlines()
    assert (earns, nothing) == (
        "✓ the reference earns every point",
        "✓ hw3.py of starter/ earns nothing",
    )
    assert re.fullmatch(
        r"✓ the reference takes [\d.]+ s of its own; "
        r"submission_seconds = 300 is \d+ times that \(20 are advised\)",
        takes,
    )


def test_it_is_an_assignment(tmp_path):
    """The folder loads at once, with the title that was given."""
    make_assignment(tmp_path / "quiz", 'Quiz "1" \\ x')
    assert load_assignment(tmp_path / "quiz").title == "Quiz '1' / x"


@pytest.mark.parametrize("name", ["a-b", "3d", "a b", ".."])
def test_its_name_must_be_importable(tmp_path, name):
    """A name that cannot be part of a module's name is refused."""
    with pytest.raises(NewError, match="cannot name an assignment"):
        make_assignment(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_what_exists_is_left_alone(tmp_path):
    """An existing folder is wrong use."""
    (tmp_path / "hw3").mkdir()
    done = CliRunner().invoke(main, ["new", str(tmp_path / "hw3")])
    assert done.exit_code == 2
    assert not list((tmp_path / "hw3").iterdir())


def test_a_name_goes_under_assignments(tmp_path, monkeypatch):
    """`grader new hw3` makes assignments/hw3."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["new", "hw3"])
    assert done.exit_code == 0
    assert load_assignment("hw3").folder == tmp_path / "assignments" / "hw3"
