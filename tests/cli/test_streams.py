"""What a command meets from outside: streams of any encoding, or none at all, and an interrupt."""

import os
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from grader.cli import main
from tests.conftest import TINY

CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "GRADER", "CI"))}
SOURCE = "def double(number):\n    return 'half'\n\ndef guess():\n    return 1\n"
CHECKS = ["--only", "test_guess_is_near", "--only", "test_double_is_twice"]
GRADED = ["run", TINY, "hw.py", *CHECKS]
TRIED = ["check", "--assignment", TINY, "--submission", "hw.py", "test_double_is_twice"]


def call(place, words, redirected="", **environ):
    """Run a command in a folder with a submission, with streams as a shell redirects them."""
    (place / "hw.py").write_text(SOURCE, encoding="utf-8")
    line = f'exec "$0" -P -m grader "$@" {redirected}'
    return subprocess.run(
        ["sh", "-c", line, sys.executable, *map(str, words)],
        cwd=place,
        env=CLEAN | {"PYTHONPATH": str(TINY.parents[1])} | environ,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "code", "encoding", "mark"),
    [(GRADED, 0, "latin-1", "x"), (TRIED, 1, "cp1252", "x"), (GRADED, 0, "utf-16", "✗")],
)
def test_what_an_encoding_lacks_is_spelled(tmp_path, words, code, encoding, mark):
    """As a pipe on Windows lacks the marks: the exit code and the rest are what they always are."""
    done = call(tmp_path, words, PYTHONIOENCODING=encoding)
    said = done.stdout.decode(encoding)
    assert (done.returncode, done.stderr) == (code, b""), said
    assert f"\n{mark} test_double_is_twice" in said
    assert words is TRIED or f"\n{'+' if mark == 'x' else '✓'} test_guess_is_near" in said


def test_a_name_that_is_no_text_is_spelled_in_utf_8_too(tmp_path):
    """A path of other bytes is told as what is made of it, and makes no traceback."""
    done = call(tmp_path, ["new", os.fsdecode(b"./\xff/hw9")], PYTHONIOENCODING="utf-8:strict")
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    assert b"\\udcff/hw9/assignment.toml\n" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "closed"),
    [(GRADED, 0, ">&-"), (TRIED, 1, "<&- >&- 2>&-")],
)
def test_a_stream_that_is_closed_is_one_that_nobody_hears(tmp_path, words, code, closed):
    """As a daemon starts its programs: what is done is what always is, and the exit code."""
    done = call(tmp_path, words, closed)
    assert (done.returncode, done.stderr) == (code, b""), done.stderr.decode()


@pytest.mark.parametrize(
    ("words", "met"),
    [
        (["run", TINY], "grader.cli.foresight.foresee"),
        (["check"], "grader.practice.command.CheckCommand.__init__"),
        (["release", TINY, "out"], "grader.assignment.folder.load_assignment"),
        (["doctor", TINY], "grader.assignment.folder.load_assignment"),
    ],
)
def test_a_command_that_is_interrupted_ends_with_130(monkeypatch, words, met):
    """Also before it has begun: 1 would say that a check is lost, or that a grade is another."""

    def interrupt(*_args, **_words):
        raise KeyboardInterrupt

    monkeypatch.setattr(met, interrupt)
    done = CliRunner().invoke(main, [*map(str, words)])
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", "interrupted\n")


def test_an_interrupt_is_not_lost_in_what_python_ignores(monkeypatch):
    """As it is in a callback of the garbage collector: the command would go on to its end."""

    class Careless:
        def __del__(self):
            raise KeyboardInterrupt

    def load(*_words):
        Careless()
        time.sleep(60)

    monkeypatch.setattr("grader.assignment.folder.load_assignment", load)
    done = CliRunner().invoke(main, ["release", str(TINY), "out"])
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", "interrupted\n")
