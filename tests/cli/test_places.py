"""A place that cannot be written is found before anything is graded, by every command."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.assignment.folder import load_assignment
from grader.cli import autograde, main
from grader.files import OutputFile, new_folder, require_folder, require_places
from grader.reports import ReportError, require_places_of, write
from grader.reports.classroom50 import VARIABLES
from grader.reports.record import read_grade, write_grade
from grader.reports.registry import FORMATS, find_format
from tests.conftest import TINY
from tests.reports.grades import a_grade

PLACES = {
    "a folder that is not there": ("nowhere/x", "there is no folder"),
    "below a file": ("file/x", "Not a directory"),
    "a folder": ("folder", "folder"),
    "of the kernel": ("/proc/x", "No such file or directory"),
    "a long name": ("x" * 300, "File name too long"),
}
"""By name: a path, and words of why nothing can be written there."""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Stand in a folder with a file and a folder in it; see that nothing is added."""
    folder = tmp_path / "here"
    (folder / "folder" / "full").mkdir(parents=True)
    (folder / "file").write_text("mine")
    write_grade(a_grade(), tmp_path / "kept.json")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TORCHMARKS_SECRET", "s" * 32)
    monkeypatch.delenv("GRADER_SUBMISSION", raising=False)
    before = sorted(folder.rglob("*"))
    yield folder
    assert sorted(folder.rglob("*")) == before
    assert (folder / "file").read_text() == "mine"


@pytest.fixture
def no_grading(monkeypatch):
    """Have every grading fail: what is found before one never comes to it."""
    monkeypatch.setattr("grader.grading.one_device.Grading.__init__", None)
    monkeypatch.setattr("grader.release.wheel.make_wheel", None)


def grader(*words):
    """Run a command; return its exit code and what it said in one line."""
    done = CliRunner().invoke(main, [*map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, " ".join(done.output.split())


COMMANDS = {
    "run": ["run", TINY, "--json"],
    "merge": ["merge", "PLACE", "../kept.json", "../kept.json"],
    "gradescope": ["package", "gradescope", TINY, "-o"],
}
FOLDERS = {
    "classroom50": ["package", "classroom50", TINY, "-o"],
    "release": ["release", TINY],
    "new": ["new"],
}


@pytest.mark.usefixtures("no_grading", "here")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_cannot_be_written(command, place):
    """Exit code 2, one sentence with the place and why, at once."""
    path, why = PLACES[place]
    words = COMMANDS[command]
    words = [path if word == "PLACE" else word for word in words]
    code, said = grader(*words, *([] if "PLACE" in COMMANDS[command] else [path]))
    assert (code, path in said, why in said) == (2, True, True), said


@pytest.mark.usefixtures("no_grading", "here")
@pytest.mark.parametrize("path", ["file/x", "folder", "/proc/x", "x" * 300, "y/" + "x" * 300])
@pytest.mark.parametrize("command", FOLDERS)
def test_a_folder_that_cannot_be_made(command, path):
    """Nor is any of its parents left behind."""
    named = f"./{path}" if "/" not in path else path
    code, said = grader(*FOLDERS[command], named)
    assert code == 2, said
    assert path in said


@pytest.mark.usefixtures("no_grading")
@pytest.mark.parametrize("target", sorted(set(FORMATS) - {"gradescope"}))
def test_a_report_that_cannot_be_written(here, monkeypatch, target):
    """A folder stands where each report goes; nothing has been run when that is told."""
    for name in VARIABLES.values():
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("GITHUB_OUTPUT", str(here / "folder"))
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    places = [parcel.place for parcel in find_format(target).places(os.environ, here)]
    made = [place for place in places if not place.exists()]
    for place in made:
        place.mkdir()
    for words in (["run", TINY, "--to", target], ["report", "../kept.json", "--to", target]):
        code, said = grader(*words)
        assert code == 2, said
        assert f"{places[0]}: cannot be written" in said
    for place in made:
        place.rmdir()


@pytest.mark.parametrize("target", FORMATS)
def test_the_places_are_those_that_are_written(tmp_path, monkeypatch, target):
    """What is looked at before is what is written after."""
    monkeypatch.chdir(tmp_path)
    environ = dict.fromkeys(VARIABLES.values(), "x") | {
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GRADESCOPE_RESULTS": str(tmp_path / "made" / "results"),
    }
    require_places_of([target], environ, tmp_path)
    assert not list(tmp_path.iterdir())
    write(a_grade(), [target], environ, tmp_path, assignment=load_assignment(TINY))
    written = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {p.place.absolute() for p in find_format(target).places(environ, tmp_path)}


def test_what_can_be_written_is_left_as_it_is(tmp_path):
    """Devices, pipes, files to add to, links to files; none is changed or waited for."""
    (tmp_path / "log").write_text("before")
    (tmp_path / "link").symlink_to(tmp_path / "log")
    os.mkfifo(tmp_path / "pipe")
    require_places([OutputFile(tmp_path / "link", b"", named=True)])
    require_places([OutputFile(Path(os.devnull), b"", named=True)])
    require_places([OutputFile(tmp_path / "pipe", b"", named=True)])
    require_places([OutputFile(tmp_path / "log", b"", append=True)])
    require_places([OutputFile(tmp_path / "new" / "new", b"")], parents=True)
    with pytest.raises(FileNotFoundError):
        require_places([OutputFile(tmp_path / "new" / "log", b"", append=True)], parents=True)
    require_folder(tmp_path / "new" / "new")
    assert sorted(os.listdir(tmp_path)) == ["link", "log", "pipe"]
    assert (tmp_path / "log").read_text() == "before"


def test_a_folder_that_comes_to_nothing_leaves_no_parent(tmp_path):
    """What was made on the way is taken away again, and nothing else."""
    (tmp_path / "mine").mkdir()
    with pytest.raises(OSError, match="full"), new_folder(tmp_path / "mine" / "a" / "b" / "c"):
        raise OSError(errno.ENOSPC, "the disk is full")
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "mine"]


@pytest.mark.usefixtures("no_grading")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--json", "file.py"], "code is not written over"),
        (["--json", "report.html", "--to", "html"], "--to html is written there too"),
        (["--json", "file"], "what is there is no record: name another file"),
        (["--json", "../kept.json", "--replay", "../kept.json"], "is the grade to repeat"),
    ],
)
def test_a_grade_takes_no_other_files_place(here, words, said):
    """Neither the solution's, by a slip of the hand, nor a report's."""
    code, told = grader("run", TINY, *words)
    assert (code, said in told) == (2, True), told


@pytest.mark.usefixtures("no_grading")
def test_no_report_takes_the_place_of_the_grade_to_repeat(here):
    """`--to json` has a name of its own choosing, which may be that of the grade."""
    kept = here / "grade.json"
    write_grade(a_grade(), kept)
    code, told = grader("run", TINY, "--replay", "grade.json", "--to", "json")
    kept.unlink()
    assert (code, "would be written over" in told) == (2, True), told


def test_a_full_disk_is_told_after_the_grade(tiny_sandbox, hand_in, monkeypatch):
    """What nobody could know before is one sentence too."""
    monkeypatch.delenv("GRADER_SUBMISSION", raising=False)
    words = ["run", TINY, hand_in(), "--only", "test_guess_is_near", "--json", "/dev/full"]
    code, said = grader(*words)
    assert code == 2
    assert "10 of 25 points" in said
    assert "--json /dev/full: cannot be written: No space left on device" in said


COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]


def test_who_listens_no_more_keeps_the_grade(hand_in, tmp_path):
    """`grader run … | head -1` ends quietly, and what --json names is written."""
    words = ["run", TINY, hand_in(), "-k", "guess or double", "--json", tmp_path / "grade.json"]
    with subprocess.Popen(
        [*COMMAND, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
    assert (process.returncode, said) == (0, "")
    assert read_grade(tmp_path / "grade.json").score == 20


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize(
    "words", [["run", TINY, "-k", "guess", "--json", "grade.json"], ["report", "kept.json"], ["-h"]]
)
def test_a_full_disk_under_what_is_printed(tmp_path, hand_in, monkeypatch, words, buffered):
    """One sentence on the other stream, and the grade is kept."""
    monkeypatch.setenv("PYTHONUNBUFFERED", "" if buffered else "1")
    write_grade(a_grade(), tmp_path / "kept.json")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, *map(str, words), *([hand_in()] if "run" in words else [])],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert re.fullmatch(r"(Error: )?what is printed.*: No space left on device\n", done.stderr)
    assert (tmp_path / "grade.json").exists() == ("run" in words)


def test_a_folder_that_is_gone_is_told(tmp_path, monkeypatch):
    """What libraries make of it is no sentence: one of them ends the process."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for words in (["doctor"], ["run", "hw2"], ["report", "x.json"]):
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 2
        assert "Error: the folder that you are in is gone: change to one" in done.output


@pytest.mark.parametrize("place", ["nowhere/x", "file/x", "folder", "/dev/full"])
def test_pytest_finds_it_too(here, tmp_path, hand_in, capsys, place, tiny_sandbox):
    """As wrong use before anything runs; after it where it could not be known."""
    path = hand_in()
    words = ["-c", os.devnull, "--rootdir", TINY.parent, "-p", "no:cacheprovider", "-s", TINY]
    words += ["-k", "guess", "--submission", path, "--grade-json", place]
    assert pytest.main([*map(str, words)]) == 4
    caught = capsys.readouterr()
    said = caught.out + caught.err
    assert "cannot be written: " in said
    assert "INTERNALERROR" not in said
    assert ("1 passed" in said) == (place == "/dev/full")


def test_gradescopes_program_says_it_in_a_sentence(tmp_path, capsys):
    """Where it cannot leave results there is no traceback."""
    (tmp_path / "results").write_text("a file")
    assert autograde.main(str(tmp_path), str(TINY)) == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path / 'results'}")


def test_an_unknown_target_is_no_place():
    """It is refused by its name."""
    with pytest.raises(ReportError, match="no such report: fax"):
        require_places_of(["fax"], {}, Path.cwd())


NOWHERE = "x" * 300
"""A name that no file can have."""


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "words",
    [
        ["run", NOWHERE],
        ["run", TINY, NOWHERE],
        ["run", TINY, "--data", NOWHERE],
        ["run", TINY, "--replay", NOWHERE],
        ["report", NOWHERE],
        ["report", "../kept.json", "--canvas", NOWHERE],
        ["merge", "out", NOWHERE],
        ["selftest", NOWHERE],
        ["doctor", NOWHERE],
        ["release", NOWHERE, "out"],
        ["release", TINY, "out", "--wheel", NOWHERE],
        ["package", "gradescope", NOWHERE],
    ],
    ids=lambda words: " ".join(map(str, words)).replace(NOWHERE, "x"),
)
def test_what_cannot_be_read_is_a_sentence_too(words):
    """Whatever is wrong with the name that was given."""
    code, said = grader(*words)
    assert (code, NOWHERE[:40] in said) == (2, True), said
