"""What the tests share: a tiny assignment, its sandbox, and submissions of a few lines."""

from __future__ import annotations

import gc
import os
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from grader.threads import keep_to_one_thread

# Who runs the tests, and in what window, is nothing to them; one that needs a name here sets it.
RUNNERS = ("CI", "GITHUB_")
WINDOWS = ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "PY_COLORS", "COLORTERM")
WINDOWS += ("CLICOLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "PYTEST_ADDOPTS")
for name in [name for name in os.environ if name.startswith(RUNNERS)]:
    del os.environ[name]
keep_to_one_thread()  # before numpy and torch are imported, here and in processes started from here
gc.disable()  # what is imported for the tests stays, and need not be looked through: see below
TINY = Path(__file__).with_name("tiny")
collect_ignore = ["tiny", "correct", "mutants", "hostile"]
# A busy machine fails no property: neither an example nor the drawing of one has a clock. Nor does
# chance: the same examples are drawn in each run, but where new ones are asked for.
settings.register_profile(
    "no clock",
    settings.get_profile("default"),
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
    derandomize=True,
    database=None,
)
settings.register_profile("draw anew", settings.get_profile("no clock"), derandomize=False)
settings.load_profile("draw anew" if os.environ.get("TORCHMARKS_DRAW_ANEW") == "1" else "no clock")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart():
    """Forget the window, which pytest itself writes to and has looked at by now."""
    for name in WINDOWS:
        os.environ.pop(name, None)
    os.environ["TERM"] = "dumb"


def pytest_collection_finish():
    """Collect garbage from now on, and none of what was there before the first test."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def tiny():
    """Load an assignment of six checks."""
    from grader.assignment.folder import load_assignment

    return load_assignment(TINY)


@pytest.fixture(scope="session")
def tiny_sandbox(tiny):
    """One sandbox for all submissions to the tiny assignment."""
    sandbox = start_sandbox(replace(tiny, packages=("torch",)))  # which submissions of tests import
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="session")
def homework(tmp_path_factory):
    """One of our assignments, and one sandbox for all that this process grades by it.

    `homework("hw1", short=True)` is that whose long fit is shortened.
    """
    from grader.assignment.folder import load_assignment
    from tests.submissions import HERE, shorten_hw1

    @cache
    def open_homework(name, *, short=False):
        folder = HERE.parent / "assignments" / name
        if short:
            folder = shorten_hw1(tmp_path_factory.mktemp("short"))
        assignment = load_assignment(folder)
        sandbox = start_sandbox(assignment)
        opened.append(sandbox)
        return assignment, sandbox

    opened = []
    yield open_homework
    for sandbox in opened:
        sandbox.close()


@pytest.fixture
def patient(monkeypatch):
    """Wait long for the line that a worker is at, and for its end: a busy machine is late."""
    monkeypatch.setattr("grader.sandbox.worker._WHERE_SECONDS", 60)
    monkeypatch.setattr("grader.sandbox.worker._END_SECONDS", 60)


@pytest.fixture
def hand_in(tmp_path):
    """Write a submission: the tiny reference, and then the functions given."""

    def write(source: str = "", name: str = "tiny.py") -> Path:
        path = tmp_path / name
        path.write_text((TINY / "reference/tiny_reference.py").read_text() + "\n\n" + source)
        return path

    return write


@pytest.fixture
def copy_tiny(tmp_path):
    """Copy the tiny assignment, with other checks in the place of its own."""

    def copy(checks: str = "", hidden: str | None = None, toml: tuple[str, str] = ("", "")) -> Path:
        folder = tmp_path / "elsewhere" / "tiny"
        shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__"))
        if checks:
            (folder / "test_tiny.py").write_text(checks)
            (folder / "test_tiny_hidden.py").unlink()
        if hidden is not None:
            (folder / "test_tiny_hidden.py").write_text(hidden)
        path = folder / "assignment.toml"
        path.write_text(path.read_text().replace(*toml))
        return folder

    return copy


def start_sandbox(assignment, **more):
    """Start a sandbox; where the machine has no strong one, fail, or skip if that is allowed."""
    from grader.sandbox import IsolationError
    from grader.sandbox.opened import Sandbox

    try:
        return Sandbox.start(assignment, **more)
    except IsolationError as refused:
        if os.environ.get("TORCHMARKS_ALLOW_WEAK") == "1":
            pytest.skip(f"TORCHMARKS_ALLOW_WEAK=1: {refused}")
        raise
