"""Each command that docs/students.md and a repository's README show works in such a repository."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.assignment.folder import load_assignment
from grader.release.student_repository import Kit, release

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "students.md").read_text(encoding="utf-8")
BLOCKS = "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = [line for line in BLOCKS.splitlines() if line.startswith("grader ")]
LONG = {"grader check", "grader check --watch"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The student's repository of hw2, with a right solution in it."""
    folder = tmp_path_factory.mktemp("student") / "hw2"
    release(load_assignment(ROOT / "assignments" / "hw2"), folder, Kit("torchmarks"))
    shutil.copyfile(ROOT / "tests/correct/hw2/loops.py", folder / "hw2.py")
    return folder


def test_the_page_shows_what_the_command_can():
    """All four ways of giving it, and the two steps before."""
    assert {"grader check", "grader check --watch"} <= {*COMMANDS}
    assert any("--explain" in command for command in COMMANDS)
    assert "pip install -r requirements.txt" in BLOCKS


@pytest.mark.parametrize(
    "command",
    [pytest.param(c, marks=pytest.mark.slow) if c in LONG else c for c in COMMANDS],
)
def test_a_command_of_the_page_works(repository, command):
    """It ends with 0 where all is right; one that watches goes on until it is ended."""
    words = [sys.executable, "-m", *shlex.split(command)]
    with subprocess.Popen(
        words, cwd=repository, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "points of the public checks" in line and "--watch" in command:
                process.terminate()
        process.wait()
    assert process.returncode == (130 if "--watch" in command else 0)
