"""A small assignment as students have it: public checks, no reference, nothing hidden."""

import os
from pathlib import Path

import pytest

from grader.assignment.folder import load_assignment

CHECKS = '''
"""The checks of a small assignment."""

def test_double(submission):
    """double(n) is 2 n."""
    assert submission.double(3) == 6

def test_double_of_none(submission):
    """double(None) is None."""
    assert submission.double(None) is None

def test_half(submission):
    """half(n) is n / 2."""
    assert submission.half(3) == 1.5

def test_left_alone(submission):
    """half leaves its argument alone."""
    from grader import assert_unchanged
    assert_unchanged(submission.half, 4)
'''
TOML = """
title   = "Small"
accepts = ["small.py", "small.ipynb"]
exports = ["double", "half"]
[points]
test_double         = 1
test_double_of_none = 1
test_half           = 2
test_left_alone     = 1
[needs]
test_double_of_none = ["test_double"]
[limits]
call_seconds = 1
"""
HANDOUT = """# Small

What follows is arithmetic:

$$d(n) = 2n$$

* `double(n)` is twice a number.
* `half(n)` is half of it.
"""
RIGHT = (
    "def double(n):\n    return None if n is None else 2 * n\n\n\ndef half(n):\n    return n / 2\n"
)


@pytest.fixture
def repository(tmp_path):
    """A student's repository, with a right solution in it."""
    folder = tmp_path / "repository" / "assignments" / "small"
    folder.mkdir(parents=True)
    texts = {
        *(("__init__.py", ""), ("test_small.py", CHECKS)),
        *(("assignment.toml", TOML), ("handout.md", HANDOUT)),
    }
    for name, text in texts:
        (folder / name).write_text(text)
    (tmp_path / "repository" / "small.py").write_text(RIGHT)
    return tmp_path / "repository"


@pytest.fixture
def small(repository):
    """The assignment in the repository."""
    return load_assignment(repository / "assignments" / "small")


@pytest.fixture
def no_secret(tmp_path, monkeypatch):
    """A user who keeps no secret."""
    monkeypatch.delenv("TORCHMARKS_SECRET", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def elsewhere(monkeypatch):
    """Processes of Python that have no more than Windows has, as far as that can be acted."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "elsewhere"), prepend=os.pathsep)
