"""One save, one change: whatever way an editor has of saving, and whether or not events come."""

import json
import os
import time
from errno import EACCES
from pathlib import Path

import pytest

from grader.practice.watching import FileWatch


class Clock:
    """A clock that moves when it is told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        """Tell the time."""
        return self.now


@pytest.fixture
def clock():
    """Nobody waits."""
    return Clock()


@pytest.fixture
def file(tmp_path):
    """A file that is watched."""
    path = tmp_path / "small.py"
    path.write_text("x = 1\n")
    return path


def looked(watch, clock, turns=40, step=0.1):
    """How many changes are found in some time."""
    found = 0
    for _ in range(turns):
        clock.now += step
        found += watch.take_change()
    return found


def test_without_events_it_is_looked_at_and_said_once(file, clock):
    """A save that nobody told of is found, and from then on it is looked at more often."""
    said = []
    watch = FileWatch([file], said.append, clock, events=False)
    assert looked(watch, clock) == 0
    file.write_text("x = 2\n")
    assert looked(watch, clock) == 1
    file.write_text("x = 3\n")
    assert looked(watch, clock, turns=4) == 1
    assert len(said) == 1
    assert "no events come" in said[0]


def test_the_same_content_is_no_change(file, clock):
    """A save of what was there already runs nothing."""
    watch = FileWatch([file], print, clock, events=False)
    os.utime(file, ns=(1, 1))
    assert looked(watch, clock) == 0


def test_a_half_written_file_is_waited_for(file, clock):
    """Away or empty it is no file yet, and a notebook that breaks off is not all of it."""
    watch = FileWatch([file], print, clock, events=False)
    file.unlink()
    assert looked(watch, clock) == 0
    file.write_text("")
    assert looked(watch, clock) == 0
    file.write_text("x = 2\n")
    assert looked(watch, clock) == 1
    notebook = file.with_suffix(".ipynb")
    text = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    notebook.write_text("{}")
    watch = FileWatch([notebook], print, clock, events=False)
    notebook.write_text(text[:20])
    assert looked(watch, clock, turns=11) == 0
    notebook.write_text(text)
    assert looked(watch, clock) == 1


def test_a_locked_file_is_waited_for(file, clock, monkeypatch):
    """Windows lets nobody read what an editor or a synchronised folder holds; the save counts."""

    def locked(path):
        raise PermissionError(EACCES, "used by another process", str(path))

    watch = FileWatch([file], print, clock, events=False)
    file.write_text("x = 2\n")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", locked)
        assert looked(watch, clock) == 0
    assert looked(watch, clock) == 1


def save_by_backup(path, text):
    """Move the old file away and write a new one."""
    path.rename(path.with_suffix(".bak"))
    path.write_text(text)


SAVES = {
    "in place": lambda path, text: path.write_text(text),
    "by renaming": lambda path, text: (
        path.with_suffix(".tmp").write_text(text),
        path.with_suffix(".tmp").rename(path),
    ),
    "by a backup": lambda path, text: (
        path.rename(path.with_suffix(".bak")),
        path.write_text(text),
    ),
}


@pytest.mark.parametrize("how", SAVES)
def test_a_save_is_found_by_its_event(file, how, monkeypatch):
    """However an editor saves, it is one change; other files of the folder are none."""
    monkeypatch.setattr("grader.practice.watching._LOOK_SECONDS", 60)  # an event may come late
    with FileWatch([file], print) as watch:
        SAVES[how](file, "x = 2\n")
        (file.parent / "other.py").write_text("y = 1\n")
        end, found = time.monotonic() + 20, 0
        while not found and time.monotonic() < end:
            found += watch.take_change()
            time.sleep(0.01)
        assert found == 1
        for _ in range(20):
            time.sleep(0.01)
            assert not watch.take_change()
        assert not watch.polls
