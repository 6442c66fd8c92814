"""The calibrations of cores: kept for an hour in one file, which may be broken."""

import json

import pytest

from grader.race import calibration_cache
from grader.race.calibrate import Calibration
from grader.race.calibration_cache import CalibrationCache, key_of, open_cache

KNOWN = Calibration(4, 0.004, -0.01, 0.02)


@pytest.fixture
def cache(tmp_path):
    """The cache in a file that is not there yet."""
    return CalibrationCache(tmp_path / "cache" / "cores.json", "mine")


def test_what_was_kept_is_recalled(cache):
    """By the same key, beside others, and by no other."""
    other = CalibrationCache(cache.path, "other")
    cache.keep(KNOWN)
    other.keep(Calibration(1, 1.0, 0.0, 0.0))
    assert cache.recall() == KNOWN
    assert CalibrationCache(cache.path, "third").recall() is None


def test_after_an_hour_it_is_forgotten(cache, monkeypatch):
    """A core is calibrated anew then, and the file keeps nothing of it."""
    cache.keep(KNOWN)
    later = calibration_cache.time.time() + 3601
    monkeypatch.setattr(calibration_cache.time, "time", lambda: later)
    assert cache.recall() is None
    CalibrationCache(cache.path, "other").keep(KNOWN)
    assert [*json.loads(cache.path.read_text())] == ["other"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"mine": 1}', '{"mine": {"at": "now"}}', "\xff"])
def test_a_broken_file_is_none(cache, text):
    """Whatever lies there is no reason not to race."""
    cache.path.parent.mkdir()
    cache.path.write_bytes(text.encode("latin-1"))
    assert cache.recall() is None
    cache.keep(KNOWN)
    assert cache.recall() == KNOWN


def test_a_folder_that_cannot_be_written_is_none(tmp_path):
    """Where a file lies in the place of the folder nothing is kept, and nothing fails."""
    (tmp_path / "cache").write_text("")
    cache = CalibrationCache(tmp_path / "cache" / "cores.json", "mine")
    cache.keep(KNOWN)
    assert cache.recall() is None


def test_a_user_without_a_home_has_none(monkeypatch):
    """There the reference is raced against itself each time."""
    monkeypatch.setattr(calibration_cache, "cache_folder", lambda: None)
    assert open_cache("mine") is None


def test_each_core_and_race_has_its_own_cache(tiny):
    """Another export, device, level or core is another key."""
    keys = {
        key_of(tiny, export, device, level, core)
        for export in ("f", "g")
        for device in ("cpu", "cuda")
        for level in ("L3", "L2")
        for core in (0, 1)
    }
    assert len(keys) == 16
