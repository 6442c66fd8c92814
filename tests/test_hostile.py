"""No submission earns what it did not earn, or harms anything.

Every file of ``tests/hostile`` is graded once at the strongest level of this machine;
with the mark ``slow`` all of them at every level, as root and as an ordinary user, and
as Docker confines by default.
"""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch  # noqa: F401 - what it takes is no growth

from grader.assignment.folder import load_assignment
from grader.inside.landlock import NEWEST
from grader.plugin.session import grade_submission
from tests.conftest import start_sandbox
from tests.hostile_files import (
    CHECKS,
    HERE,
    bait,
    hostile_files,
    judge,
    record_prints,
    too_slow,
    unharmed,
)
from tests.sandbox.processes import alive, descendants

pytestmark = pytest.mark.xdist_group("hostile")  # as root and as others they share one bait
ROOT = Path(__file__).parents[1]
FILES = hostile_files()
MOST_GROWTH = 96 << 20
LEVELS = [
    ("root", "L3r"),
    ("root", "L3"),
    ("root", "L3-landlock"),
    ("root", "L2u"),
    ("user", "L3"),
    ("user", "L3-landlock"),
    ("user", "L3b"),
    ("user", "L2"),
    ("docker-root", "L2u"),
    ("docker-user", "L2"),
    *(("user", f"L2:{version}") for version in range(1, NEWEST)),
    *((who, f"{level}:1") for who, level in (("root", "L3r"), ("root", "L2u"), ("user", "L3"))),
]
"""Who, and at which level; with a number, as on a kernel whose Landlock has that version."""


@pytest.fixture(scope="module")
def assignment():
    """Three small checks, one of them hidden."""
    return load_assignment(HERE / "assignment")


@pytest.fixture(scope="module")
def sandbox(assignment):
    """One sandbox for all of them; closed, it must have left nothing."""
    with bait():
        others = descendants(os.getpid())
        opened = start_sandbox(assignment)
        before = descendants(os.getpid())
        memory = resident()
        yield opened
        gc.collect()
        assert resident() - memory < MOST_GROWTH
        assert not descendants(os.getpid()) - before
        opened.close()
        assert not alive(before - others)


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """The submission that is graded after each hostile one."""
    path = tmp_path_factory.mktemp("honest") / "hw.py"
    path.write_text((HERE / "assignment/reference/hostile_reference.py").read_text())
    return path


@pytest.fixture(scope="module")
def printed():
    """What workers print, as it comes."""
    return record_prints()


@pytest.mark.parametrize("declared", FILES, ids=str)
def test_a_hostile_submission_gets_what_it_declares(
    declared, sandbox, assignment, honest, printed, tmp_path
):
    """Its score is what it earned, nothing of it is left, the next one is none the worse."""
    if sandbox.level in declared.not_defended:
        pytest.skip(f"documented as not defended at {sandbox.level}")
    printed.clear()
    path = tmp_path / "hw.py"
    path.write_bytes(declared.path.read_bytes())
    gc.collect()  # what other tests left is not counted
    family, descriptors = descendants(os.getpid()), len(os.listdir("/proc/self/fd"))

    grade = grade_submission(assignment, path, sandbox=sandbox)

    assert not judge(declared, grade, "\n".join(printed), sandbox.level) + too_slow(grade)
    assert not unharmed()
    assert not alive(descendants(os.getpid()) - family)
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert grade_submission(assignment, honest, sandbox=sandbox).score == sum(CHECKS.values())


def test_there_are_a_hundred_of_them():
    """An attack without a file is not defended: there are at least a hundred."""
    assert len(FILES) >= 100


@pytest.mark.slow
@pytest.mark.parametrize(("who", "level"), LEVELS)
def test_every_level_holds(who, level):
    """All files get what they declare at every level, of root, of a user, and in Docker."""
    if os.getuid() != 0:
        pytest.skip("needs root, to become somebody else")
    if level == "L3b" and not Path("/usr/bin/bwrap").exists():
        pytest.skip("there is no /usr/bin/bwrap here")
    someone = [sys.executable, "-m", "tests.sandbox.someone", who]
    run = subprocess.run(
        [*someone, sys.executable, "-m", "tests.hostile_files", level],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    found = json.loads(run.stdout)
    assert found["graded"] >= 100
    assert not found["problems"], json.dumps(found["problems"], indent=1)


def resident():
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
