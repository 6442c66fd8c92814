"""What tests of the library share: a light assignment, a grader of it, and who descends from us."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from grader import Grader, GradingOptions

TOML = """title = "Light: two functions"
accepts = ["light.ipynb", "light.py"]
exports = ["double", "name"]
reference = "reference/light_reference.py"

[points]
test_double = 2
test_name = 1
test_circumstances = 1

[limits]
call_seconds = 2
"""
SUITE = '''"""Checks of the light assignment."""

import os


def test_double(submission):
    """double(x) is twice x."""
    assert submission.double(2) == 4


def test_name(submission):
    """name() is a word."""
    assert submission.name() == "light"


def test_circumstances(submission):
    """What grades sees no card, and computes with one thread."""
    circumstances = [os.environ.get(n) for n in ("CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS")]
    assert submission.double(circumstances == ["", "1"]) == 2
'''
NAME = "\n\ndef name():\n    return 'light'\n"
RIGHT = "def double(x):\n    return 2 * x\n" + NAME
WRONG = RIGHT.replace("2 *", "3 *")
HANGS = "import time\n\ndef double(x):\n    time.sleep(60)\n" + NAME
CHECKS = ("test_double", "test_name")


@pytest.fixture(scope="session")
def light(tmp_path_factory) -> Path:
    """Make an assignment of two functions."""
    folder = tmp_path_factory.mktemp("assignments") / "light"
    for name, text in {
        "assignment.toml": TOML,
        "test_light.py": SUITE,
        "reference/light_reference.py": RIGHT,
        "public/.keep": "",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture(scope="session")
def leisurely(light, tmp_path_factory) -> Path:
    """Make the same assignment again, with a minute for each call."""
    folder = shutil.copytree(light, tmp_path_factory.mktemp("leisurely") / "light")
    path = folder / "assignment.toml"
    path.write_text(path.read_text().replace("call_seconds = 2", "call_seconds = 60"))
    return folder


@pytest.fixture(scope="session")
def grader(light):
    """Give one grader for many tests, two at a time, of the checks that are plain."""
    with Grader(light, checks=CHECKS, jobs=2, queue=4, options=GradingOptions(seed=7)) as opened:
        yield opened


@dataclass(frozen=True)
class Holdings:
    """What this process holds: all processes below it, zombies too, descriptors, and mounts.

    Of the mounts not those in the folders of tests, which others make meanwhile.
    """

    below: frozenset[int]
    descriptors: int
    mounts: frozenset[str]

    @classmethod
    def now(cls):
        """Count them."""
        below = frozenset(child.pid for child in psutil.Process().children(recursive=True))
        lines = Path("/proc/self/mountinfo").read_text().splitlines()
        mounts = frozenset(line.split()[4] for line in lines if "/pytest-of-" not in line)
        return cls(below, len(os.listdir("/proc/self/fd")), mounts)

    def grown(self):
        """What there is now and was not then, in words."""
        now = Holdings.now()
        words = [f"process {pid}" for pid in now.below - self.below]
        words += [f"{now.descriptors} descriptors"] * (now.descriptors > self.descriptors)
        return words + [f"a mount at {place}" for place in now.mounts - self.mounts]

    def wait(self):
        """Wait until nothing has grown, and return what has all the same."""
        deadline = time.monotonic() + 20
        while self.grown() and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.grown()
