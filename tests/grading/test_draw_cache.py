"""What checks draw is kept for its owner alone, and is none where it is not what it should be."""

import contextlib
import os
import shutil
import stat
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.assignment.folder import load_assignment
from grader.assignment.isolation import LEVELS
from grader.assignment.seed import choose_seed
from grader.grading import draw_cache
from grader.grading.draw_cache import DrawCache, open_draw_cache
from grader.grading.draws import Draw, pack_draw
from grader.sandbox.opened import Sandbox


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The user's cache folder."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "torchmarks"


@pytest.fixture
def opened(tiny, tiny_sandbox, home):
    """Open the cache of the tiny assignment."""

    def open_it(assignment=tiny, sandbox=tiny_sandbox, seed=1, device="cpu", share=1.0):
        return open_draw_cache(assignment, sandbox, choose_seed(assignment, seed), device, share)

    return open_it


def some(number=1):
    return (Draw(pack_draw({"n": number}, "tiny"), discarded=False),)


def test_what_is_kept_is_recalled(opened):
    """Of its own case and of no other."""
    assert opened().recall("test_a[1]") == ()
    opened().keep("test_a[1]", some(1))
    opened().keep("test_a[2]", some(2))
    assert opened().recall("test_a[1]") == some(1)
    assert opened().recall("test_a[2]") == some(2)


def test_nothing_is_made_before_something_is_kept(opened, home):
    """To look leaves no trace."""
    opened().recall("test_a")
    assert not home.exists()


def test_what_is_kept_is_the_owners_alone(opened, home):
    """Folders and files are closed to everybody else, whatever the umask."""
    before = os.umask(0)
    try:
        opened().keep("test_a", some())
    finally:
        os.umask(before)
    for path in [home / "draws", *(home / "draws").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_the_folder_is_named_by_the_seeds_fingerprint(opened, tiny):
    """And by nothing that gives the seed away."""
    seed = choose_seed(tiny, 1)
    assert opened().folder.name.startswith(f"{seed.fingerprint}-")


@pytest.mark.parametrize("change", [{"seed": 2}, {"device": "cuda"}, {"share": 0.5}])
def test_other_circumstances_are_other_draws(opened, change):
    """The seed, the device, the share of the inputs."""
    assert opened(**change).folder != opened().folder


@pytest.mark.parametrize(
    "name", ["test_tiny.py", "assignment.toml", "public/bowls.py", "reference/tiny_reference.py"]
)
def test_other_content_is_other_draws(opened, copy_tiny, name):
    """Whatever file of the assignment's is changed, or is new; a copy elsewhere is no other."""
    folder = copy_tiny()
    before = opened(load_assignment(folder)).folder
    (folder / "__pycache__").mkdir(exist_ok=True)
    (folder / "__pycache__" / "new.pyc").write_text("x")
    assert opened(load_assignment(folder)).folder == before
    (folder / name).write_text((folder / name).read_text() + "\n# changed\n")
    changed = opened(load_assignment(folder)).folder
    assert changed != before
    (folder / "strategies.py").write_text("")
    assert opened(load_assignment(folder)).folder not in (before, changed)


def test_versions_decide(opened, monkeypatch):
    """Another Hypothesis draws otherwise."""
    before = opened().folder
    versions = {"python": "3.11.0", "hypothesis": "0.0.1"}
    monkeypatch.setattr(draw_cache, "find_versions", lambda _threads: versions)
    assert opened().folder != before


def damage(path):
    path.write_bytes(path.read_bytes()[:-1])


def open_to_others(path):
    path.chmod(0o644)


def link(path):
    path.rename(path.with_name("other"))
    path.symlink_to("other")


def pipe(path):
    path.unlink()
    os.mkfifo(path, 0o600)


def folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm", [damage, open_to_others, link, pipe, folder])
def test_a_file_that_is_not_what_it_should_be_is_none(opened, harm):
    """It is not read, never waited for, and what it was can be drawn and kept again, if it can."""
    cache = opened()
    cache.keep("test_a", some())
    (path,) = cache.folder.iterdir()
    harm(path)
    assert cache.recall("test_a") == ()
    cache.keep("test_a", some())
    assert cache.recall("test_a") == (() if harm is folder else some())


@pytest.mark.parametrize("place", ["", "torchmarks", "torchmarks/draws"])
def test_where_nothing_can_be_written_nothing_is_kept(opened, home, place):
    """A file in the way of a folder: no error, and nothing known."""
    path = home.parent / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    if (cache := opened()) is not None:
        cache.keep("test_a", some())
        assert cache.recall("test_a") == ()
    assert path.read_text() == "in the way"


def test_a_full_disk_is_no_error(opened, monkeypatch):
    """What could not be written whole is not there, and no draft of it is left."""
    cache = opened()
    cache.keep("test_a", some())
    with open("/dev/full", "wb", buffering=0) as full:
        monkeypatch.setattr(
            os, "fdopen", lambda fd, _: os.close(fd) or contextlib.nullcontext(full)
        )
        cache.keep("test_b", some())
    monkeypatch.undo()
    assert (len([*cache.folder.iterdir()]), cache.recall("test_b")) == (1, ())


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_that_others_may_enter_is_not_used(opened, home, mode):
    """Neither read nor written."""
    opened().keep("test_a", some())
    (home / "draws").chmod(mode)
    assert opened() is None


def test_a_folder_that_workers_see_is_not_used(opened, tiny, monkeypatch):
    """As one below the public folder, beside the reference, or below this Python."""
    for shown in (tiny.public, tiny.reference.parent, Path(sys.prefix) / "share"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(shown))
        assert opened() is None


@pytest.mark.parametrize("name", LEVELS)
def test_without_a_wall_nothing_is_kept(opened, tiny, tiny_sandbox, name):
    """There a submission could read it; behind every wall it cannot."""
    level = replace(tiny_sandbox.zygote.level, name=name)
    there = Sandbox(SimpleNamespace(level=level), tiny)
    assert (opened(sandbox=there) is None) == (name == "L0")


def test_a_user_without_a_home_keeps_nothing(opened, monkeypatch):
    """There is no cache folder then."""
    monkeypatch.setattr(draw_cache, "cache_folder", lambda: None)
    assert opened() is None


def test_what_is_old_or_too_much_goes(opened, home, monkeypatch):
    """What was used last stays."""
    caches = [opened(seed=seed) for seed in range(4)]
    now = time.time()
    for age, cache in enumerate(caches):
        cache.keep("test_a", some())
        os.utime(cache.folder, (now - 100 * age,) * 2)
    size = sum(path.stat().st_size for path in caches[0].folder.iterdir())
    monkeypatch.setattr(draw_cache, "MOST_OF_ALL", 2 * size)
    opened(seed=1)  # is of use again
    os.utime(caches[0].folder, (now - 90 * 86_400,) * 2)
    opened(seed=9).keep("test_a", some())
    assert [cache.folder.exists() for cache in caches] == [False, True, True, False]


def test_what_else_lies_there_does_not_end_the_cache(opened, monkeypatch):
    """A file of somebody else's, or a folder that another grader takes away at that moment."""
    first = opened(seed=1)
    first.keep("test_a", some())
    home = first.folder.parent
    (home / ".DS_Store").touch()
    there = Path.iterdir

    def iterdir(folder):
        if folder == first.folder:
            shutil.rmtree(folder)
        return there(folder)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    second = opened(seed=2)
    second.keep("test_a", some())
    assert second.recall("test_a") == some()
    assert not first.folder.exists()


def test_many_at_once_are_safe(opened):
    """Whoever reads meanwhile finds all of it or nothing."""
    cache, wrong = opened(), []
    wanted = [tuple(some(n)[0] for _ in range(200)) for n in range(3)]

    def write(draws):
        for _ in range(20):
            cache.keep("test_a", draws)

    def read():
        found = (cache.recall("test_a") for _ in range(100))
        wrong.extend(draws for draws in found if draws and draws not in wanted)

    threads = [threading.Thread(target=write, args=(draws,)) for draws in wanted]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert cache.recall("test_a") in wanted
    assert len([*Path(cache.folder).iterdir()]) == 1
    assert isinstance(cache, DrawCache)
