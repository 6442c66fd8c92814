"""The calibrations of cores: kept for an hour in one file, which may be broken."""

import json

import pytest

from grader.race import notebook
from grader.race.calibrate import Calibration
from grader.race.notebook import CacheNotebook, key_of, open_notebook

KNOWN = Calibration(4, 0.004, -0.01, 0.02)


@pytest.fixture
def page(tmp_path):
    """A page of a file that is not there yet."""
    return CacheNotebook(tmp_path / "cache" / "cores.json", "mine")


def test_what_was_kept_is_recalled(page):
    """By the same key, beside other pages, and by no other."""
    other = CacheNotebook(page.path, "other")
    page.keep(KNOWN)
    other.keep(Calibration(1, 1.0, 0.0, 0.0))
    assert page.recall() == KNOWN
    assert CacheNotebook(page.path, "third").recall() is None


def test_after_an_hour_it_is_forgotten(page, monkeypatch):
    """A core is calibrated anew then, and the file keeps nothing of it."""
    page.keep(KNOWN)
    later = notebook.time.time() + 3601
    monkeypatch.setattr(notebook.time, "time", lambda: later)
    assert page.recall() is None
    CacheNotebook(page.path, "other").keep(KNOWN)
    assert [*json.loads(page.path.read_text())] == ["other"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"mine": 1}', '{"mine": {"at": "now"}}', "\xff"])
def test_a_broken_file_is_none(page, text):
    """Whatever lies there is no reason not to race."""
    page.path.parent.mkdir()
    page.path.write_bytes(text.encode("latin-1"))
    assert page.recall() is None
    page.keep(KNOWN)
    assert page.recall() == KNOWN


def test_a_folder_that_cannot_be_written_is_none(tmp_path):
    """Where a file lies in the place of the folder nothing is kept, and nothing fails."""
    (tmp_path / "cache").write_text("")
    page = CacheNotebook(tmp_path / "cache" / "cores.json", "mine")
    page.keep(KNOWN)
    assert page.recall() is None


def test_a_user_without_a_home_has_none(monkeypatch):
    """There the reference is raced against itself each time."""
    monkeypatch.setattr(notebook, "cache_folder", lambda: None)
    assert open_notebook("mine") is None


def test_each_core_and_race_has_its_own_page(tiny):
    """Another export, device, level or core is another key."""
    keys = {
        key_of(tiny, export, device, level, core)
        for export in ("f", "g")
        for device in ("cpu", "cuda")
        for level in ("L3", "L2")
        for core in (0, 1)
    }
    assert len(keys) == 16
