"""What a worker sees of the machine's files: the allow-list, and nothing else."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from grader.assignment.limits import Limits
from grader.sandbox import visible_paths
from tests.sandbox.walls import QUICK, fork_with, strong

ROOT = Path(__file__).parents[2]
ASSIGNMENT = ROOT / "tests/hostile/assignment"
LOOK = '''
import os

def opened(paths):
    """Those of some paths that can be opened; devices and pipes are not waited for."""
    found = []
    for path in paths:
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        except OSError:
            continue
        found.append(path)
    return found
'''
SYSTEM = ("/usr", "/proc", "/sys", "/lost+found")
MOST = 60_000


@pytest.fixture(scope="module")
def looked():
    """A zygote for the hostile assignment, whose reference lies in a folder of its own."""
    opened = strong(
        public=str(ASSIGNMENT / "public"),
        private=(str(ASSIGNMENT / "reference"),),
        secret=(str(ASSIGNMENT),),
    )
    yield opened
    opened.close()


def everything():
    """Files and folders that the grader sees: all of this project, and much of the machine."""
    skip = {*SYSTEM, *visible_paths.interpreter(), *visible_paths.sites(), str(ROOT / ".git")}
    found = []
    for top in (str(ROOT), "/etc", "/dev", "/root", "/home", "/run", "/var/lib", "/"):
        for folder, inner, files in os.walk(top):
            inner[:] = [name for name in inner if os.path.join(folder, name) not in skip]
            found += [folder, *(os.path.join(folder, name) for name in files)]
            if len(found) > MOST:
                break
    return list(dict.fromkeys(found))


def seen(zygote, private=()):
    """Those of all files and folders that a worker can open."""
    worker = fork_with(zygote, LOOK, Limits(call_seconds=60, cpu_seconds=60), private=private)
    paths = everything()
    found = []
    for start in range(0, len(paths), 5000):
        found += worker.call("opened", (paths[start : start + 5000],), {}).value
    worker.close()
    return {path for path in found if not os.path.isdir(path)}


def ours(folder, pattern="*"):
    """The files of one of our folders."""
    return {
        str(path)
        for path in folder.rglob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }


def without_caches(paths):
    """Paths that are no compiled copies of others."""
    return {path for path in paths if "__pycache__" not in path}


def test_every_file_that_can_be_read_is_on_the_list(looked):
    """Beside system and Python, only our inside, the public folder and four devices open."""
    files = seen(looked)
    allowed = ours(ROOT / "grader/inside") | ours(ASSIGNMENT / "public")
    devices = {
        f"/dev/{name}"
        for name in ("null", "zero", "urandom", "random", "stdin", "stdout", "stderr")
    }
    allowed |= {*devices, "/etc/ld.so.cache", "/etc/localtime"}
    strange = {
        path
        for path in without_caches(files) - allowed
        if not path.startswith("/etc/alternatives/")
    }
    assert not strange
    assert ours(ROOT / "grader/inside") | ours(ASSIGNMENT / "public") <= files


def test_only_the_references_worker_sees_the_reference(looked):
    """A worker that names the private folder sees it, and still no check."""
    folder = ASSIGNMENT / "reference"
    files = seen(looked, private=(str(folder),))
    assert ours(folder) <= files
    assert not [
        path
        for path in files
        if path.startswith(str(ASSIGNMENT)) and "reference" not in path and "public" not in path
    ]


def test_the_system_shows_no_more_than_its_libraries(looked):
    """Of /sys only the processors open, of /proc the worker's own facts and the machine's size."""
    code = """
import os
def f():
    opened = []
    for path in ['/proc/cpuinfo', '/proc/meminfo', '/proc/stat', '/proc/kcore', '/proc/version',
                 '/proc/cmdline', '/proc/net', '/proc/sys/kernel/hostname', '/sys/kernel',
                 '/sys/class', '/sys/devices/system/cpu', '/sys/fs', '/sys/devices/system/memory']:
        try: os.close(os.open(path, os.O_RDONLY)); opened.append(path)
        except OSError: pass
    return opened
"""
    worker = fork_with(looked, code, QUICK)
    opened = set(worker.call("f", (), {}).value)
    worker.close()
    assert opened == {
        "/proc/cpuinfo",
        "/proc/meminfo",
        "/sys/devices/system/cpu",
        "/proc/net",
    }


@pytest.mark.parametrize("profile", ["plain", "compile"])
def test_the_machines_programs_are_seen_where_they_are_started(profile):
    """Of /usr a worker sees libraries and fonts; programs, headers and the rest if it compiles."""
    libraries, rest = "/usr/lib", ["/usr/bin", "/usr/include", "/usr/share/doc", "/usr/sbin"]
    zygote = strong(profile=profile)
    worker = fork_with(zygote, LOOK)
    found = worker.call("opened", ([libraries, *rest],), {}).value
    worker.close()
    zygote.close()
    there = [path for path in rest if os.path.exists(path)]
    assert found == [libraries, *(there if profile == "compile" else [])]


def test_a_link_on_the_way_is_made_again(tmp_path):
    """Links on the way to a folder are found, one after the other, up to where it really is."""
    real = tmp_path / "real" / "bin"
    real.mkdir(parents=True)
    (tmp_path / "versions").symlink_to("real")
    (tmp_path / "link").symlink_to(tmp_path / "versions")
    found = [
        place
        for place in visible_paths.links_to(str(tmp_path / "link" / "bin"))
        if str(tmp_path) in place[1]
    ]
    assert found == [
        ("link", str(tmp_path / "link"), str(tmp_path / "versions")),
        ("link", str(tmp_path / "versions"), "real"),
    ]


def test_an_assignment_inside_a_readable_folder_is_covered(tmp_path):
    """Secrets below the environment are hidden, and a folder shown in there is seen."""
    folder = Path(sys.prefix) / "torchmarks-test-course"
    try:
        (folder / "public").mkdir(parents=True)
        (folder / "hidden.py").write_text("secret")
        (folder / "public" / "shown.py").write_text("shown")
    except OSError as error:
        pytest.skip(f"this environment cannot be written to: {error}")
    try:
        zygote = strong(public=str(folder / "public"), secret=(str(folder),))
        worker = fork_with(
            zygote,
            "import os\n"
            f"def f(): return os.listdir({str(folder)!r}), os.listdir({str(folder / 'public')!r})",
        )
        outcome = worker.call("f", (), {})
        worker.close()
        zygote.close()
    finally:
        (folder / "hidden.py").unlink()
        (folder / "public" / "shown.py").unlink()
        (folder / "public").rmdir()
        folder.rmdir()
    assert outcome.value == (["public"], ["shown.py"])


def test_a_closed_home_is_found():
    """The folder on the way that others cannot pass is named."""
    with tempfile.TemporaryDirectory() as folder:
        inner = Path(folder) / "closed" / "python"
        inner.mkdir(parents=True)
        Path(folder).chmod(0o755)
        assert visible_paths.closed_to_others(str(inner)) is None
        (Path(folder) / "closed").chmod(0o700)
        assert visible_paths.closed_to_others(str(inner)) == f"{folder}/closed"
