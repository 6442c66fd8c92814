"""What the kit writes where a student may have been first: never by way of what lies there."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.files import OutputFile, new_folder, write_all, write_whole
from grader.release.new import make_assignment
from grader.release.wheel import make_wheel
from grader.reports import ReportError, write
from grader.reports.classroom50 import VARIABLES
from grader.reports.record import write_grade
from tests.reports.grades import a_grade

OURS = {
    "classroom50": ("result.json", "release-body.md"),
    "junit": ("junit.xml",),
    "csv": ("gradebook.csv",),
    "markdown": ("report.md",),
    "html": ("report.html",),
    "json": ("grade.json",),
}
NAMES = [(target, name) for target, names in OURS.items() for name in names]
EXPORT = "Student,ID,SIS User ID,SIS Login ID,Section\nA,1,u1,ada,S\nB,2,u2,bob,S\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Stand in a student's folder; beside it lies a file that is nobody's to change."""
    (tmp_path / "victim").write_text("precious")
    folder = tmp_path / "class" / "ada"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def victim(folder):
    """Give the file that links lead to, and see afterwards that it is what it was."""
    victim = folder.parents[1] / "victim"
    yield victim
    assert victim.read_text() == "precious"


def deliver(target):
    """Write the reports of one target into the current folder."""
    return write(a_grade(), [target], dict.fromkeys(VARIABLES.values(), "x"), Path.cwd())


def grader(*args):
    """Run a command; return its exit code and what it said, in one line."""
    done = CliRunner(env={"TORCHMARKS_SECRET": "s" * 32}).invoke(main, [*map(str, args)])
    return done.exit_code, " ".join(done.output.split())


def put_fifo(place):
    os.mkfifo(place)


def put_socket(place):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(place))


def put_device(place):
    try:
        os.mknod(place, 0o600 | 0o020000, os.makedev(1, 7))
    except PermissionError:
        pytest.skip("only root makes devices")


THINGS = {"folder": os.mkdir, "pipe": put_fifo, "socket": put_socket, "device": put_device}


@pytest.mark.parametrize(("target", "name"), NAMES)
@pytest.mark.parametrize("leads", ["to a file", "nowhere", "to a folder"])
def test_a_report_replaces_a_link(folder, victim, target, name, leads):
    """A link under a name of ours is taken away, and what it led to is left alone."""
    aim = {"to a file": victim, "nowhere": folder / "new", "to a folder": folder.parent}[leads]
    (folder / name).symlink_to(aim)
    deliver(target)
    assert not (folder / name).is_symlink()
    assert (folder / name).is_file()
    assert sorted(path.name for path in folder.iterdir()) == sorted(OURS[target])
    assert [path.name for path in folder.parent.iterdir()] == ["ada"]


@pytest.mark.parametrize(("target", "name"), NAMES)
def test_a_report_leaves_the_other_name_of_a_file_alone(folder, victim, target, name):
    """A second name of a file elsewhere is replaced; the file is not written into."""
    (folder / name).hardlink_to(victim)
    deliver(target)
    assert (folder / name).read_bytes() != b"precious"


@pytest.mark.parametrize(("target", "name"), NAMES)
@pytest.mark.parametrize("thing", THINGS)
def test_a_report_refuses_what_is_no_file(folder, target, name, thing):
    """A folder, a pipe, a socket or a device is refused in a sentence, and nothing hangs."""
    THINGS[thing](folder / name)
    with pytest.raises(ReportError, match=f"{name}: cannot be written: there is a {thing} of that"):
        deliver(target)
    assert [path.name for path in folder.iterdir()] == [name]


def test_what_a_class_is_written_into_replaces_a_link(folder, victim):
    """gradebook.csv and canvas.csv are names of ours as well."""
    for name in ("ada", "bob"):
        write_grade(a_grade(), folder / f"{name}.json")
    (folder / "export.csv").write_text(EXPORT)
    for name in ("gradebook.csv", "canvas.csv"):
        (folder / name).symlink_to(victim)
    assert grader("report", "ada.json", "bob.json", "--to", "csv")[0] == 0
    assert grader("report", "ada.json", "bob.json", "--canvas", "export.csv")[0] == 0
    for name in ("gradebook.csv", "canvas.csv"):
        assert not (folder / name).is_symlink()


@pytest.fixture
def packing(folder):
    """Give the words that package a new assignment, all but where the zip goes."""
    make_assignment(folder.parent / "hw3")
    wheel = make_wheel(folder.parent)
    return ["package", "gradescope", folder.parent / "hw3", "--wheel", wheel]


def test_a_package_replaces_a_link_of_its_own_name(folder, victim, packing):
    """Without -o the zip has a name of ours, and holds the seed."""
    (folder / "hw3.zip").symlink_to(victim)
    assert grader(*packing)[0] == 0
    assert not (folder / "hw3.zip").is_symlink()


def test_a_path_that_was_typed_is_followed(folder, packing):
    """`--json`, `-o` and a destination are what they lead to; a pipe is written through."""
    aims = folder.parent / "aims"
    aims.mkdir()
    for name in ("grade.json", "hw3.zip", "out"):
        (folder / name).symlink_to(aims / name)
    (aims / "out").mkdir()
    write_grade(a_grade(), folder / "grade.json")
    assert grader(*packing, "-o", "hw3.zip")[0] == 0
    code, said = grader("release", packing[2], "out", "--install", "torchmarks")
    assert code == 0, said
    assert all((folder / name).is_symlink() for name in ("grade.json", "hw3.zip", "out"))
    assert (aims / "out" / "hw3.py").is_file()
    assert sorted(path.name for path in aims.iterdir()) == ["grade.json", "hw3.zip", "out"]


def test_a_new_assignment_goes_through_no_link(folder):
    """Where `assignments` is a name of ours and a link, nothing is made; a path is followed."""
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    (folder / "assignments").symlink_to(elsewhere)
    code, said = grader("new", "hw3")
    assert code == 2
    assert "there is a link of the name assignments" in said
    assert not list(elsewhere.iterdir())
    assert grader("new", "assignments/hw3")[0] == 0
    assert (elsewhere / "hw3" / "assignment.toml").is_file()


@pytest.mark.parametrize("command", ["new", "package", "release"])
def test_a_new_folder_replaces_nothing(folder, packing, command):
    """A link that leads nowhere is something that exists."""
    (folder / "hw4").symlink_to(folder / "nowhere")
    words = {
        "new": ["new", folder / "hw4"],
        "package": ["package", "classroom50", packing[2], "-o", "hw4", "--install", "x"],
        "release": ["release", packing[2], "hw4", "--install", "x"],
    }[command]
    code, said = grader(*words)
    assert (code, "hw4 exists" in said) == (2, True)
    assert sorted(path.name for path in folder.iterdir()) == ["hw4"]


def test_a_pipe_that_was_named_is_written_to(folder):
    """What is no file is never replaced by one where somebody asked for it."""
    os.mkfifo(folder / "pipe")
    reader = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_all([OutputFile(folder / "pipe", b"through", named=True)])
    assert os.read(reader, 99) == b"through"
    os.close(reader)
    assert (folder / "pipe").is_fifo()


def test_a_file_is_there_whole_or_not_at_all(folder, monkeypatch):
    """Where a file cannot be finished, what was there stays, and no draft of it is left."""
    (folder / "report.md").write_text("before")

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left") as caught:
        write_whole(folder / "report.md", b"after")
    assert caught.value.filename == str(folder / "report.md")
    assert (folder / "report.md").read_text() == "before"
    assert [path.name for path in folder.iterdir()] == ["report.md"]


def test_a_place_that_is_changed_meanwhile_is_not_followed(folder, victim, monkeypatch):
    """A link put there between the look and the writing is replaced like any other."""
    replace = os.replace

    def late(source, target, **folders):
        (folder / "report.md").symlink_to(victim)
        return replace(source, target, **folders)

    monkeypatch.setattr(os, "replace", late)
    write_whole(folder / "report.md", b"data")
    assert (folder / "report.md").read_bytes() == b"data"
    assert not (folder / "report.md").is_symlink()


def test_a_folder_moved_away_meanwhile_gets_its_own_file(folder, victim, monkeypatch):
    """The folder is held open: a link put in its place while the file is made is not followed."""
    other = folder.parent / "bob"
    other.mkdir()
    sync = os.fsync

    def late(descriptor):
        if folder.is_dir() and not folder.is_symlink():
            folder.rename(folder.parent / "moved")
            folder.symlink_to(other)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", late)
    write_whole(folder / "report.md", b"data")
    assert not list(other.iterdir())
    assert (folder.parent / "moved" / "report.md").read_bytes() == b"data"


def test_the_mode_of_a_file_is_what_its_owner_wants(folder):
    """A file that is written is as closed as the umask says."""
    before = os.umask(0o077)
    try:
        write_whole(folder / "grade.json", b"data")
    finally:
        os.umask(before)
    assert (folder / "grade.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_fails_leaves_nothing(folder):
    """What was put into a new folder is gone when something went wrong."""
    making = new_folder(folder / "out")
    (making.__enter__() / "half").touch()
    assert not making.__exit__(RuntimeError, RuntimeError(), None)
    assert not list(folder.iterdir())


INTERRUPTED = """
import shutil
from grader.files import TemporaryFolder

whole = shutil.rmtree

def interrupted(*words, **named):
    shutil.rmtree = whole
    raise KeyboardInterrupt

try:
    with TemporaryFolder() as folder:
        open(f"{folder}/file", "w").close()
        shutil.rmtree = interrupted
except KeyboardInterrupt:
    assert os.path.exists(f"{folder}/file")
"""


def test_a_temporary_folder_whose_removal_is_interrupted_goes_with_the_process(tmp_path):
    """Python's own is left where Ctrl-C comes while it is removed."""
    command = [sys.executable, "-c", f"import os\n{INTERRUPTED}"]
    root = Path(__file__).parents[1]
    subprocess.run(command, cwd=root, env={**os.environ, "TMPDIR": str(tmp_path)}, check=True)
    assert not list(tmp_path.iterdir())
