"""`grader check` as a student gives it: exit codes, words, and a terminal that is as it was."""

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.course.engines.jobs import Job, Settings
from grader.course.engines.local import LocalEngine
from grader.grade.result import CheckResult, Verdict
from grader.practice.explain import explain_check

pexpect = pytest.importorskip("pexpect")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the wall needs Linux")
HIDE, SHOW = "\x1b[?1049h", "\x1b[?1049l"


@pytest.fixture
def check(repository, no_secret, monkeypatch):
    """Give the command in the repository; it returns the exit code and what was printed."""
    monkeypatch.chdir(repository)

    def check(*words):
        result = CliRunner().invoke(main, ["check", *words])
        return result.exit_code, result.output

    return check


@pytest.mark.parametrize("how", [pytest.param((), marks=ON_LINUX), ("--practice",)])
def test_all_public_checks_are_run(check, repository, how):
    """0 where all is passed, 1 where something is lost; no file is written."""
    before = sorted(repository.rglob("*"))
    code, said = check(*how)
    assert (code, "5 of 5 points of the public checks" in said) == (0, True), said
    assert ("practice, without a wall" in said) == bool(how)
    assert [path for path in sorted(repository.rglob("*")) if path not in before] == []
    (repository / "small.py").write_text("def double(n):\n    return n\n")
    code, said = check(*how)
    assert code == 1
    assert "expected 6" in said
    assert "`double` is not right yet: see test_double" in said


@pytest.mark.parametrize("other", ["--watch", "double"])
def test_a_wish_is_not_left_out_without_a_word(check, other):
    """One check is explained, once: with more to do nothing is done."""
    code, said = check("--explain", "half", other)
    assert (code, said) == (2, f"--explain explains half and nothing else: leave out {other}\n")


def test_a_file_that_is_not_there_is_wrong_use(check):
    """As it is of grader run: nothing is begun for it."""
    code, said = check("--submission", "mine.py")
    assert code == 2
    assert "'mine.py' does not exist" in said


def test_one_check_is_run_or_explained(check):
    """With what it needs; explained by its sentence and the handout."""
    code, said = check("of_none")
    assert (code, "✓ test_double_of_none" in said, "test_half" in said) == (0, True, False)
    code, said = check("--explain", "half", "--practice")
    assert code == 0
    assert "half(n) is n / 2." in said
    assert "$$d(n) = 2n$$" in said
    assert "* `half(n)` is half of it." in said


def test_a_lost_check_is_explained_by_lines_that_fail(check, repository):
    """They can be pasted as they are printed, and pass beside what is right."""
    right = (repository / "small.py").read_text()
    (repository / "small.py").write_text(right.replace("n / 2", "n * 0.123456789012345"))
    code, said = check("--explain", "test_half", "--practice")
    assert (code, "expected 1.5" in said) == (1, True)
    lines = textwrap.dedent(said.partition("to see it fail:\n")[2])
    assert run(lines, repository).returncode == 1
    (repository / "small.py").write_text(right)
    assert run(lines, repository).returncode == 0


def run(lines, folder):
    """Run lines as a plain program."""
    return subprocess.run(
        [sys.executable, "-c", lines], cwd=folder, capture_output=True, check=False
    )


def test_what_has_no_short_input_is_explained_by_a_cell(small, check):
    """`%grade` of that check fails in the same way."""
    result = CheckResult("test_half", "half(n) is n / 2.", Verdict.wrong, 0.0, 2, message="no")
    said = [line.plain for line in explain_check(small, "test_half", result)]
    assert said[-2:] == ["      %load_ext grader", "      %grade half"]
    waiting = replace(result, verdict=Verdict.not_run, waits_for="test_double")
    assert "%grade" not in str(explain_check(small, "test_half", waiting))


def test_what_cannot_be_checked_is_a_sentence(check, repository):
    """No such check, no file, hidden checks without a wall: 2."""
    assert check("zebra")[0] == 2
    (repository / "assignments/small/judge.py").write_text("")
    code, said = check("--practice")
    assert (code, "no practice without a wall" in said) == (2, True)
    (repository / "small.py").unlink()
    assert check()[0] == 2


@ON_LINUX
@pytest.mark.parametrize("how", [(), ("--practice",)])
def test_a_folder_whose_name_is_no_text_is_told(check, repository, monkeypatch, how):
    """It was a traceback: its path cannot be sent to the process that checks."""
    odd = repository.with_name(os.fsdecode(b"caf\xe9"))
    repository.rename(odd)
    monkeypatch.chdir(odd)
    code, said = check(*how)
    assert (code, "is no UTF-8 text: give the folder another name" in said) == (2, True), said


@ON_LINUX
def test_a_job_of_the_warm_engine_can_be_cancelled(repository):
    """It ends with all that it started, says nothing more, and the next one is answered."""
    path = repository / "small.py"
    engine = LocalEngine.start(Settings(str(repository / "assignments/small")))
    try:
        path.write_text("def half(n):\n    while True: pass\n")
        engine.begin(Job(1, str(path), select=("test_half",)))
        engine.end(1)
        engine.begin(Job(2, str(path), select=("test_double",)))
        heard = []
        while not (heard and heard[-1][1].is_last):
            heard += engine.hear(1.0)
        assert {job.number for job, _ in heard} == {2}
        assert heard[0][1].check.name == "test_double"
    finally:
        engine.close()


@pytest.mark.parametrize("end", ["q", signal.SIGTERM])
def test_a_save_is_checked_and_the_terminal_is_as_it_was(repository, no_secret, end):
    """The screen stands beside what was there, and is gone by a key or by a signal."""
    import termios

    words = ["-m", "grader", "check", "--watch"]
    env = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": "1"}
    waits = ["-c", 'read go; exec "$@"', "sh", sys.executable, *words]
    screen = pexpect.spawn(
        *("sh", waits),
        cwd=str(repository),
        env=env,
        dimensions=(24, 100),
        encoding="utf-8",
        timeout=120,
    )
    before = termios.tcgetattr(screen.child_fd)
    screen.sendline("go")
    screen.expect_exact(HIDE)
    screen.expect_exact("Every public check is passed.")
    (repository / "small.py").write_text("def half(n):\n    return n\n")
    screen.expect_exact("expected 1.5")
    screen.send(end) if end == "q" else screen.kill(end)
    screen.expect_exact(SHOW)
    screen.expect(pexpect.EOF)
    assert termios.tcgetattr(screen.child_fd) == before
    screen.close()
    assert screen.exitstatus == (1 if end == "q" else 130)
