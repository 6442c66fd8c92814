"""Grading is for Linux: every command that grades says on another system what to use instead."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader.assignment.isolation import NOT_LINUX

ROOT = Path(__file__).parents[1]
PRETEND = """
import sys, click, pytest
import grader.cli, grader.plugin

def pretend():
    sys.platform = PLATFORM
    for name in ("fcntl", "resource", "grader.inside", "grader.sandbox", "torch"):
        sys.modules[name] = None  # on Windows these cannot be imported, or need what cannot

class Later:
    def pytest_sessionstart(self):
        import hypothesis  # its plug-in does so at the end, and looks at the platform
        pretend()

words = sys.argv[1:]
if words[0] == "pytest":
    sys.exit(pytest.main([*words[1:], "-p", "no:cacheprovider"], [Later()]))
pretend()
grader.cli.main(words)
"""


@pytest.mark.parametrize("platform", ["darwin", "win32"])
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["run", "hw2"], 3),
        (["selftest", "hw2"], 3),
        (["doctor"], 3),
        (["doctor", "hw2", "--json"], 3),
        (["pytest", "assignments/hw2"], 4),
    ],
    ids=["run", "selftest", "doctor", "doctor --json", "pytest"],
)
def test_a_command_that_grades_says_what_to_use(words, status, platform):
    """No traceback, and one sentence: WSL 2, a Linux container, or GitHub."""
    code = PRETEND.replace("PLATFORM", repr(platform))
    told = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    said = told.stdout + told.stderr
    assert told.returncode == status, said
    assert said.count(NOT_LINUX) == 1
    assert "Traceback" not in said
