"""Practice without a wall: the same verdicts, by nothing but what every system has."""

import sys
import tempfile
import time
from pathlib import Path

import pytest

from grader.assignment.folder import load_assignment
from grader.course.engines.jobs import EngineError, Job, Message
from grader.grade.result import Verdict
from grader.practice.portable import PortableEngine
from grader.practice.refusals import PRACTICE, PracticeRefusedError

WRONG = """
import os, tempfile

def double(n):
    tempfile.mkdtemp()
    os._exit(0)

def half(n):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


def messages(engine, job):
    """All that is told of a job."""
    engine.begin(job)
    told = []
    while not (told and told[-1].is_last):
        told += [message for _, message in engine.hear(1.0)]
    return told


def verdicts(told):
    """The verdicts by check."""
    return {m.check.name: m.check.verdict for m in told if m.check is not None}


@pytest.fixture
def engine(small, no_secret, elsewhere, monkeypatch, tmp_path):
    """An engine on a system that has no more than Windows has, as far as that can be acted.

    However its processes end, nothing of them is left where the system keeps such files.
    """
    written = tmp_path / "written"
    written.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(written))
    monkeypatch.setenv("TMPDIR", str(written))
    engine = PortableEngine.start(small)
    yield engine
    engine.close()
    assert list(written.iterdir()) == []


def test_it_runs_where_nothing_of_linux_is(engine, repository):
    """Right and wrong are told apart; what ends or blocks its process costs that check."""
    assert engine.level == PRACTICE
    path = repository / "small.py"
    told = messages(engine, Job(1, str(path)))
    assert set(verdicts(told).values()) == {Verdict.passed}
    path.write_text(WRONG)
    told = messages(engine, Job(2, str(path)))
    assert verdicts(told) == {
        "test_double": Verdict.died,
        "test_double_of_none": Verdict.not_run,
        "test_half": Verdict.timed_out,
        "test_left_alone": Verdict.timed_out,
    }
    assert told[-1] == Message(over=True)  # there is something to tell, and no problem
    late = next(m.check for m in told if m.check and m.check.name == "test_half")
    assert late.message.startswith("no answer after 1 s; it was at small.py:")


LATE = """
import time

def double(n):
    time.sleep(1.5)
    return None if n is None else 2 * n

def half(n):
    time.sleep(0.5)
    return n / 2
"""


def test_an_answer_that_comes_too_late_is_none(engine, repository):
    """Where no alarm can end a call, what a grade would not wait for is lost in practice too."""
    (repository / "small.py").write_text(LATE)
    told = messages(engine, Job(1, str(repository / "small.py")))
    assert verdicts(told) == {
        "test_double": Verdict.timed_out,
        "test_double_of_none": Verdict.not_run,
        "test_half": Verdict.passed,
        "test_left_alone": Verdict.passed,
    }
    late = next(m.check for m in told if m.check and m.check.name == "test_double")
    assert late.message == "no answer after 1 s"


def test_a_job_that_is_cancelled_says_nothing_more(engine, repository):
    """The next one is heard alone."""
    (repository / "small.py").write_text("def half(n):\n    while True: pass\n")
    engine.begin(Job(1, str(repository / "small.py"), select=("test_half",)))
    engine.end(1)
    engine.begin(Job(2, str(repository / "small.py"), select=("test_double",)))
    heard = []
    while not (heard and heard[-1][1].is_last):
        heard += engine.hear(1.0)
    assert {job.number for job, _ in heard} == {2}


def test_a_suite_that_cannot_be_read_is_said(small, no_secret):
    """Nothing starts, and the reason is told."""
    small.suite.write_text("import nothing_of_that_name\n" + small.suite.read_text())
    with pytest.raises(EngineError, match="nothing_of_that_name"):
        PortableEngine.start(small)


def test_it_refuses_to_start_where_something_is_hidden(small, no_secret):
    """A hidden check in the folder is reason enough."""
    small.hidden_suite.write_text("")
    with pytest.raises(PracticeRefusedError, match=r"test_small_hidden\.py"):
        PortableEngine.start(small)


STAYS = """
import os
import time

def double(n):
    if (child := os.fork()) == 0:
        time.sleep(600)
    open({kept!r}, "a").write(f"{{child}}\\n")
    return None if n is None else 2 * n
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_what_a_check_forks_ends_with_it(small, repository, no_secret, tmp_path):
    """It held the line to its process open, and that was waited for until it ended by itself."""
    path, kept = repository / "small.py", tmp_path / "kept"
    path.write_text(STAYS.format(kept=str(kept)))
    engine = PortableEngine.start(small)
    began = time.monotonic()
    try:
        told = messages(engine, Job(1, str(path), select=("test_double",)))
    finally:
        engine.close()
    assert (set(verdicts(told).values()), time.monotonic() - began < 60) == ({Verdict.passed}, True)
    for child in map(int, kept.read_text().split()):
        wait_until_gone(child)


def wait_until_gone(pid):
    """A process whose parent has ended is waited for by the system, or by nobody here."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.05)
    pytest.fail(f"{pid} is still there")


APART = """
import os
import sys
TYPED = sys.stdin.read() + open(0, closefd=False).read()

def double(n):
    open("kept.txt", "x").write("double")
    os.mkdir("below")
    os.chdir("below")
    return None if n is None else 2 * n

def half(n):
    open("kept.txt", "x").write("half")
    return len(TYPED) + n / 2
"""


def test_a_check_finds_nothing_that_another_left(engine, repository):
    """Each begins in a folder of its own, as in a grade, and nobody types."""
    (repository / "small.py").write_text(APART)
    told = messages(engine, Job(1, str(repository / "small.py")))
    assert set(verdicts(told).values()) == {Verdict.passed}, told


GIVEN = """
def double(n):
    return None if n is None else int(open("given.txt").read()) * n

def half(n):
    import weather
    return n / float(open("data/two.txt").read()) + weather.NOTHING
"""


def test_what_an_assignment_gives_is_found_where_nobody_may_link(repository, no_secret, elsewhere):
    """A public file by its name, a public module, and public data, which is not copied."""
    folder, data = repository / "assignments/small", repository / "data"
    (folder / "public").mkdir()
    (folder / "public/given.txt").write_text("2")
    (folder / "public/weather.py").write_text("NOTHING = 0\n")
    data.mkdir()
    (data / "two.txt").write_text("2")
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text().replace("[points]", 'public_data = "../../data"\n[points]', 1))
    (repository / "small.py").write_text(GIVEN)
    engine = PortableEngine.start(load_assignment(folder))
    try:
        told = messages(engine, Job(1, str(repository / "small.py")))
    finally:
        engine.close()
    assert set(verdicts(told).values()) == {Verdict.passed}, told
    assert (data / "two.txt").read_text() == "2"
