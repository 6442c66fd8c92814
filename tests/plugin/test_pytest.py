"""`pytest assignments/tiny`: pytest's own options keep working, and the grade is beside them."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from grader.reports.record import read_grade

TINY = Path(__file__).parents[1] / "tiny"
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "GRADER", "CI"))}
WRONG = "def double(n): return n * 2 if not isinstance(n, int) or n < 10 else n"


@pytest.fixture
def run_pytest(capsys, monkeypatch):
    """Run pytest in this process as its command line would; return the exit code and output."""
    monkeypatch.delenv("GRADER_SUBMISSION", raising=False)

    def run(*args):
        own = ["-c", os.devnull, "--rootdir", str(Path(args[0]).parent), "-s"]
        code = pytest.main([*own, "-p", "no:cacheprovider", *map(str, args)])
        caught = capsys.readouterr()
        return int(code), caught.out + caught.err

    return run


@pytest.fixture
def graded(run_pytest, tmp_path):
    """Run pytest and return its exit code, its output and the grade."""
    record = tmp_path / "grade.json"

    def run(*args, where=TINY):
        code, said = run_pytest(where, *args, "--grade-json", record)
        return code, said, read_grade(record)

    return run


def ran(grade):
    return [check.name.removeprefix("test_") for check in grade.checks if check.ran]


@pytest.mark.usefixtures("tiny_sandbox")
def test_a_table_follows_and_the_counterexample_is_ours(graded, hand_in):
    """The failure shows the call, expected and got, no traceback; a table of points ends it."""
    code, said, grade = graded("--submission", hand_in(WRONG), "--grade-seed", "5")
    assert code == 1
    assert "expected 20\ngot 10\n" in said
    assert "  number = 10\n" in said
    assert "Traceback" not in said
    assert "test_tiny.py:" not in said.partition("short test summary")[0].partition("FAILURES")[2]
    assert re.search(r"\ntest_double_is_twice +0 / +3 +wrong\n", said)
    assert f"isolation {grade.isolation}, device cpu, seed {grade.seed_fingerprint}" in said
    assert "wrong on an input that is not shown" in said
    assert "17 of 25 points." in said


@pytest.mark.usefixtures("tiny_sandbox")
def test_selecting_checks_leaves_the_others_not_run(graded, tmp_path):
    """-k, --junitxml and -q do what they always do."""
    xml = tmp_path / "junit.xml"
    code, said, grade = graded("-k", "guess or apply", "-q", "--junitxml", xml)
    assert code == 0
    assert ran(grade) == ["apply_calls_a_named_bowl", "guess_is_near"]
    assert (grade.score, grade.status) == (11.0, "partial")
    assert "6 deselected" not in said
    cases = ET.parse(xml).findall(".//testcase")
    told = [{p.get("name"): p.get("value") for p in case.iter("property")} for case in cases]
    assert told == [{"points": "1", "max_points": "1"}, {"points": "10", "max_points": "10"}]


@pytest.mark.usefixtures("tiny_sandbox")
def test_one_case_of_a_check_is_not_the_check(run_pytest, tmp_path):
    """A node id with one case of a parametrised check earns nothing by passing."""
    record = tmp_path / "grade.json"
    case = f"{TINY / 'test_tiny.py'}::test_double_of_each_kind[0.5]"
    code, _ = run_pytest(case, "--grade-json", record)
    grade = read_grade(record)
    assert (code, ran(grade), grade.score) == (0, [], 0.0)
    assert "only: no points" in grade.checks[1].message


@pytest.mark.parametrize(
    ("words", "code"),
    [(("-k", "test_guess_is_naer"), 5), (("::test_guess_is_naer",), 4), (("-m", "none"), 5)],
)
def test_where_nothing_is_left_to_run_the_checks_are_named(run_pytest, tmp_path, words, code):
    """A name with a slip is told the nearest; the grade that was kept is not replaced by none."""
    record = tmp_path / "grade.json"
    record.write_text("{}")
    place, options = (TINY, words) if len(words) > 1 else (f"{TINY / 'test_tiny.py'}{words[0]}", ())
    got, said = run_pytest(place, *options, "--grade-json", record)
    assert got == code
    assert "nothing is left to run; there are test_double_is_twice, test_double_of" in said
    assert ("; did you mean 'test_guess_is_near'?" in said) == ("none" not in words)
    assert "not written: nothing was run" in said
    assert "points" not in said
    assert record.read_text() == "{}"


def test_collecting_alone_says_that_no_grade_is_written(run_pytest, tmp_path):
    """--collect-only writes no grade, and says so to whoever asked for one."""
    record = tmp_path / "grade.json"
    code, said = run_pytest(TINY, "--collect-only", "-q", "--grade-json", record)
    assert code == 0
    assert f"--grade-json {record}: not written: --collect-only grades nothing" in said
    assert not record.exists()
    assert "not written" not in run_pytest(TINY, "--collect-only")[1]


@pytest.mark.parametrize("shown", ["--setup-only", "--setup-plan"])
def test_what_only_shows_replaces_no_grade(run_pytest, hand_in, tmp_path, shown):
    """A grade in which nothing ran was written over the one that there was."""
    record = tmp_path / "grade.json"
    record.write_text(kept := '{"schema": "grade"}')
    said = run_pytest(TINY, f"--submission={hand_in()}", shown, "--grade-json", record)[1]
    assert f"--grade-json {record}: not written: nothing was run" in said
    assert record.read_text() == kept


@pytest.mark.usefixtures("tiny_sandbox")
def test_stopping_at_the_first_failure_keeps_what_had_run(graded, hand_in):
    """After -x the rest is not run."""
    code, _, grade = graded("-x", "--submission", hand_in("def apply(f, theta): return None"))
    assert code == 1
    assert ran(grade)[-1] == "apply_calls_a_named_bowl"
    assert len(ran(grade)) == 4


@pytest.mark.usefixtures("tiny_sandbox")
def test_an_interrupt_leaves_a_grade(hand_in, tmp_path):
    """Ctrl-C writes grade.json with what had run."""
    record, started = tmp_path / "grade.json", tmp_path / "started"
    source = "def apply(*args):\n    while True: pass\n\n\nguess = apply"
    command = [sys.executable, "-m", "pytest", str(TINY), "-v", "-p", "no:cacheprovider"]
    command += ["--submission", str(hand_in(source)), "--grade-json", str(record)]
    with started.open("w") as out:
        process = subprocess.Popen(command, env=CLEAN, stdout=out, cwd=TINY.parents[1])
    give_up = time.monotonic() + 100
    while "test_model_stays_behind PASSED" not in started.read_text():
        assert time.monotonic() < give_up, started.read_text()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 2
    done = ran(read_grade(record))
    assert done[:3] == ["double_is_twice", "double_of_each_kind", "model_stays_behind"]
    assert "double_agrees" not in done


def test_a_submissions_folder_is_never_collected(run_pytest, copy_tiny):
    """Tests and conftest.py that were handed in are not run in the grader's process."""
    folder = copy_tiny()
    trap = "import pathlib\npathlib.Path(__file__).with_name('sprung').touch()\n"
    for name in ("conftest.py", "test_mine.py"):
        (folder / "submission" / name).write_text(trap)
    code, said = run_pytest(folder, "--collect-only", "-q")
    assert code == 0
    assert "7 tests collected" in said
    assert not (folder / "submission" / "sprung").exists()


def usage_errors():
    """List what is wrong use, and words that must be in the answer."""
    return [
        ([TINY, "--submission", "nowhere.py"], "there is no nowhere.py"),
        ([TINY, "--grade-json", "no/such/folder/grade.json"], "there is no folder"),
        ([TINY, "--grade-json=solution.py"], "code is not written over"),
        ([TINY, "--isolation=L9"], "there is no isolation level 'L9'"),
        ([TINY, "--submission="], "the path is empty"),
        ([TINY / "submission" / "tiny.py"], "to grade it: pytest"),
        ([TINY, "--grade-seed=-1"], "a seed is 0 or more"),
    ]


@pytest.mark.parametrize(("args", "words"), usage_errors(), ids=lambda x: str(x)[-20:])
def test_wrong_use_says_what_to_do(run_pytest, args, words):
    """Wrong use ends with pytest's own code 4 and a sentence."""
    code, said = run_pytest(*args)
    assert code == 4
    assert words in said


@pytest.mark.parametrize("option", ["--submission", "--data", "--grade-json"])
@pytest.mark.parametrize("linked", [False, True])
def test_settings_that_were_handed_in_are_refused(copy_tiny, hand_in, tmp_path, option, linked):
    """A pytest.ini beside a path that an option names is not obeyed without a word."""
    mine = tmp_path / "mine"
    mine.mkdir()
    hand_in(name="mine/tiny.py")
    (mine / "pytest.ini").write_text("[pytest]\n")
    if linked:
        (tmp_path / "outside.py").write_text("")
        (mine / "tiny.py").unlink()
        (mine / "tiny.py").symlink_to(tmp_path / "outside.py")
    command = [sys.executable, "-m", "pytest", str(copy_tiny()), option, "mine/tiny.py"]
    done = subprocess.run(
        command, env=CLEAN, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 4, done.stdout
    assert "with an equals sign" in done.stderr


def test_two_assignments_are_refused(run_pytest, copy_tiny):
    """A session grades one submission of one assignment."""
    folder = copy_tiny()
    other = shutil.copytree(folder, folder.with_name("other"))
    for end in ("", "_hidden"):
        (other / f"test_tiny{end}.py").rename(other / f"test_other{end}.py")
    code, said = run_pytest(folder, other, "--collect-only")
    assert code == 4
    assert f"pytest {folder}\n" in said
    assert f"pytest {other}" in said


def test_a_rubric_that_disagrees_stops_collection(run_pytest, copy_tiny):
    """A check without points stops the session, even when it was not selected."""
    folder = copy_tiny(toml=("test_double_agrees               = 5", ""))
    code, said = run_pytest(folder, "-k", "guess")
    assert code == 4
    assert "test_tiny_hidden.py:6: test_double_agrees is worth nothing" in said


def test_options_without_an_assignment_are_refused(run_pytest, tmp_path):
    """An option of grading where nothing is graded is a mistake worth naming."""
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    code, said = run_pytest(tmp_path, "--submission", "x.py")
    assert code == 4
    assert "--submission: no assignment was collected" in said


def test_elsewhere_the_plugin_imports_nothing(tmp_path):
    """In a project without assignments neither torch nor Hypothesis is imported."""
    (tmp_path / "test_other.py").write_text(
        "import sys\n\n\ndef test_other():\n"
        "    assert 'grader.plugin' in sys.modules\n"
        "    assert not {'torch', 'hypothesis', 'grader.plugin.hooks'} & set(sys.modules)\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_other.py"]
    done = subprocess.run(
        command, env=CLEAN, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
