"""What tests of a class share: an assignment as light as can be, and folders of submissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

TOML = """title = "Light: two functions"
version = "1"
accepts = ["light.py"]
exports = ["double", "name"]
reference = "reference/light_reference.py"
deadline = "2026-03-01T12:00:00"
timezone = "Europe/Zurich"
late = "50% a day"

[points]
test_double = 2
test_name = 1

[limits]
call_seconds = 2
"""
SUITE = '''"""Checks of the light assignment."""


def test_double(submission):
    """double(x) is twice x."""
    assert submission.double(2) == 4


def test_name(submission):
    """name() is a word."""
    assert submission.name() == "light"
'''
NAME = "def name():\n    return 'light'\n"
RIGHT = f"def double(x):\n    return 2 * x\n\n\n{NAME}"
WRONG = RIGHT.replace("2 *", "3 *")
STARTER = "def double(x):\n    '''Return twice x.'''\n\n\ndef name():\n    pass\n"


@pytest.fixture
def light(tmp_path) -> Path:
    """Make an assignment of two functions and two checks."""
    folder = tmp_path / "assignments" / "light"
    for name, text in {
        "assignment.toml": TOML,
        "test_light.py": SUITE,
        "reference/light_reference.py": RIGHT,
        "starter/light.py": STARTER,
        "public/.keep": "",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def hand_in_all(tmp_path):
    """Write a folder of submissions from texts by path."""

    def write(files: dict[str, str | bytes], folder: str = "submissions") -> Path:
        top = tmp_path / folder
        top.mkdir(exist_ok=True)
        for name, content in files.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return top

    return write
