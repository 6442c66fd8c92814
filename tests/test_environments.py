"""Every command in every kind of place it may be started: it works, or says one sentence."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.assignment.folder import load_assignment
from grader.release.new import make_assignment
from grader.release.student_repository import Kit, release
from grader.reports.record import write_grade
from grader.sandbox.visible_paths import closed_to_others
from tests.reports.grades import a_grade
from tests.traps import ROOT

BIN = Path(sys.executable).parent
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PYTEST", "GRADER", "CI", "GITHUB", "PYTHON"))
}
SECRET = {"TORCHMARKS_SECRET": "s" * 32}
IS_ROOT = os.getuid() == 0
SOMEBODY = ("env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "tests.sandbox.someone", "user")
SOMEBODY += ("env", "-u", "PYTHONPATH")
"""Before a command: become an ordinary user. What follows may change the environment."""
TEXTS = {".py", ".toml", ".md", ".ini", ".txt", ".yml", ".ipynb", ".json", ".gitignore"}


def to_crlf(folder):
    """End every line of every text file as Windows does."""
    for path in folder.rglob("*"):
        if path.is_file() and (path.suffix in TEXTS or path.name in TEXTS):
            data = path.read_bytes().replace(b"\r\n", b"\n")
            path.write_bytes(data.replace(b"\n", b"\r\n"))


def close(folder):
    """Make everything as it is under a umask of 077."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)


def lock(folder):
    """Make everything such that nobody but root writes to it."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & 0o555)


@dataclass(frozen=True)
class Environment:
    """A place: how its files are changed, what stands before a command, and what it then says.

    `refused` has words of the sentence with which gradings end where they cannot work, and
    `locked` says that nothing can be written where the commands are started.
    """

    name: str
    place: str = "course"
    change: Callable[[Path], object] = lambda _folder: None
    before: tuple[str, ...] = ()
    is_somebody: bool = False
    environ: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    locked: bool = False


ENVIRONMENTS = [
    Environment("crlf", change=to_crlf),
    Environment(
        "umask",
        change=close,
        before=("sh", "-c", 'umask 077; exec "$@"', "sh"),
        refused="chmod -R o+rX" if IS_ROOT else "",
    ),
    Environment("closed home", before=("env", "HOME=/proc"), is_somebody=True),
    Environment("no home", before=("env", "-u", "HOME"), is_somebody=True),
    Environment("spaces", place="a course, of 'spring'"),
    Environment("long", place="/".join(["d" * 49] * 5)),
    Environment("read-only", change=lock, is_somebody=True, locked=True),
    Environment("ascii", before=("env", "-u", "LANG", "LC_ALL=C", "PYTHONCOERCECLOCALE=0")),
]


@dataclass(frozen=True)
class Command:
    """One way to call the kit, and the `code` with which it ends where all is well.

    `grades` says that it runs submissions, `writes` that it leaves something where it is started.
    """

    name: str
    words: tuple[str, ...]
    code: int = 0
    grades: bool = False
    writes: bool = False


COMMANDS = [
    Command("new", ("grader", "new", "./hw4"), writes=True),
    Command("report", ("grader", "report", "{kept}")),
    Command(
        "report to files",
        ("grader", "report", "{kept}", *"--to html --to csv --to junit --to markdown".split()),
        writes=True,
    ),
    Command("merge", ("grader", "merge", "both.json", "{kept}", "{kept}"), writes=True),
    Command("release", ("grader", "release", "{course}", "released"), writes=True),
    Command("gradescope", ("grader", "package", "gradescope", "{course}"), writes=True),
    Command(
        "classroom50", ("grader", "package", "classroom50", "{course}", "-o", "x"), writes=True
    ),
    Command("run", ("grader", "run", "{course}", "-k", "shift", "--all"), grades=True),
    Command(
        "run to files",
        ("grader", "run", "{course}", "--json", "grade.json", "--to", "html"),
        grades=True,
        writes=True,
    ),
    Command(
        "run a release",
        ("grader", "run", "{student}/assignments/hw3", "{student}/hw3.py"),
        grades=True,
    ),
    Command("selftest", ("grader", "selftest", "{course}", "--only", "promises"), grades=True),
    Command("doctor", ("grader", "doctor", "{course}"), grades=True),
    Command("pytest", ("pytest", "{course}"), code=1, grades=True),
    Command(
        "pytest on a release",
        (
            "pytest",
            "--rootdir={student}",
            "-c",
            "{student}/pytest.ini",
            "{student}/assignments/hw3",
            "--submission={student}/hw3.py",
        ),
        code=1,
        grades=True,
    ),
]
QUICK = {("crlf", "run a release"), ("umask", "run"), ("no home", "run"), ("read-only", "release")}
"""Of what takes seconds, to grade or to become somebody else, what is tried every time."""


def table():
    """Every command in every environment; most of what takes seconds is slow."""
    for where in ENVIRONMENTS:
        for command in COMMANDS:
            costly = command.grades or where.is_somebody
            slow = costly and (where.name, command.name) not in QUICK
            marks = [pytest.mark.slow] if slow else []
            yield pytest.param(where, command, id=f"{where.name}: {command.name}", marks=marks)


@pytest.fixture(scope="module")
def base():
    """Make an assignment, its release with a student's work in it, and a grade."""
    with tempfile.TemporaryDirectory(prefix="torchmarks-") as name:
        base = Path(name)
        make_assignment(base / "hw3")
        release(load_assignment(base / "hw3"), base / "student", Kit("torchmarks"))
        shutil.copy(base / "hw3" / "submission" / "hw3.py", base / "student")
        write_grade(a_grade(), base / "kept.json")
        yield base


@pytest.fixture
def top():
    """Give a folder that everybody can pass, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="torchmarks-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        subprocess.run(["chmod", "-R", "u+rwX", name], check=True)


def start(where, command, base, top):
    """Start a command in an environment; return how it ended, where, and what was there."""
    folder = top / where.place
    shutil.copytree(base, folder)
    folder.chmod(0o755)
    here = folder / "here"
    here.mkdir()
    where.change(folder)
    before = where.before
    if where.is_somebody and IS_ROOT:
        for path in (sys.prefix, ROOT):
            if closed := closed_to_others(str(path)):
                pytest.skip(f"{closed} is closed to others: nobody else could run the kit")
        before = (*SOMEBODY, *before)
        if not where.locked:
            here.chmod(0o777)
    there = {path.relative_to(folder) for path in folder.rglob("*")}
    names = {"course": folder / "hw3", "student": folder / "student", "kept": folder / "kept.json"}
    program, *words = [word.format(**names) for word in command.words]
    more = ["-p", "no:cacheprovider"] if program == "pytest" else []
    done = subprocess.run(
        [*before, str(BIN / program), *words, *more],
        cwd=here,
        env={**CLEAN, **SECRET, **where.environ},
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    made = {path.relative_to(folder) for path in folder.rglob("*")} - there
    made = {path for path in made if "__pycache__" not in path.parts}
    return done.returncode, (done.stdout + done.stderr).decode(), made


@pytest.mark.parametrize(("where", "command"), list(table()))
def test_a_command_works_or_says_one_sentence(where, command, base, top):
    """No traceback, no half-written file, nothing beside the place that was asked for."""
    code, said, made = start(where, command, base, top)
    assert "Traceback" not in said, said
    assert "INTERNALERROR" not in said, said
    assert not [path for path in made if ".torchmarks" in str(path) or path.parts[0] != "here"]
    if where.locked and command.writes:
        assert (code, len(said.splitlines()) <= 4) == (2, True), said
        assert "Permission denied" in said
        assert not made
    elif where.refused and command.grades:
        assert (code in {2, 3}, where.refused in said) == (True, True), said
    else:
        assert code == command.code, said
        assert bool(made) == command.writes, made


def test_who_has_no_home_is_told_where_the_secret_may_be(base, top, monkeypatch):
    """No folder with a strange name is made in the current one, and a student needs none."""
    monkeypatch.setitem(SECRET, "TORCHMARKS_SECRET", "")
    where = next(one for one in ENVIRONMENTS if one.name == "no home")
    (run,) = (one for one in COMMANDS if one.name == "gradescope")
    code, said, made = start(where, run, base, top)
    assert (code, made) == (2, set())
    assert "has no home directory to keep a secret in: set $HOME, or $TORCHMARKS_SECRET" in said
