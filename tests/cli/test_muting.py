"""In GitHub Actions no word of a submission is obeyed, whatever prints it."""

import json
import os
import re
import subprocess
import sys

import click
import pytest

from grader.assignment.folder import load_assignment
from grader.cli import main
from grader.release.archive import write_classroom50_bundle
from grader.release.new import make_assignment
from grader.release.student_repository import Kit
from grader.release.wheel import make_wheel
from grader.reports.classroom50 import VARIABLES
from grader.reports.muting import mute_commands
from grader.reports.record import render_json
from tests.reports.grades import a_check, a_grade

ORDERS = "::set-output name=score::100", "::error::pwned", "x ##[error]pwned", "\u3000::debug::x"
PWNED = "\n".join(("", *ORDERS, ""))
SUBMISSION = f"""
def softmax(logits):
    import sys
    for stream in (sys.stdout, sys.stderr):
        print({PWNED!r}, file=stream, flush=True)
    raise ValueError({PWNED!r})


def cross_entropy(logits, label):
    return softmax(logits)
"""
NAMED = "##[error]pwned ::error::x.py"
ACTIONS = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PYTEST", "GRADER", "CI", "GITHUB"))
} | {"GITHUB_ACTIONS": "true", "TORCHMARKS_SECRET": "s" * 32, "PIP_NO_INDEX": "1"}


def obeyed(log):
    """Return the commands that the runner finds in a log, as it looks for them."""
    found, token = [], None
    for line in log.splitlines():
        new = re.match(r"\s*::([^:\s]+)(?: [^:]*)?::(.*)", line)
        old = re.search(r"##\[([^\]\s]+)[^\]]*\]", line)
        name = new[1] if new else old[1] if old else None
        if token is not None:
            token = None if name == token else token
        elif name == "stop-commands":
            token = new[2]
        elif name is not None:
            found.append(name)
    assert token is None, "the log ends muted"
    return found


@pytest.fixture
def course(tmp_path):
    """Make an assignment whose sample and whose reference give orders to whoever reads the log."""
    folder = tmp_path / "hw3"
    make_assignment(folder)
    for name in ("submission", "reference"):
        (folder / name / "hw3.py").write_text(SUBMISSION)
    return load_assignment(folder)


@pytest.fixture
def at_work(tmp_path):
    """Run a command as a step; return the orders in its log, and the log."""

    def run(command, **environ):
        done = subprocess.run(
            [*map(str, command)],
            env={**ACTIONS, "GITHUB_OUTPUT": str(tmp_path / "output"), **environ},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not obeyed(done.stderr), done.stderr
        return obeyed(done.stdout), done.stdout + done.stderr

    return run


def records(folder):
    """Write grades whose every text is an order, one that is broken, and a folder of two files."""
    texts = dict.fromkeys(("title", "isolation", "device", "assignment", "seed_fingerprint"), PWNED)
    check = a_check(f"test_{PWNED}", message=PWNED, counterexample=PWNED, credit=0.5)
    grade = a_grade(check, notices=(PWNED,), versions={PWNED: PWNED}, **texts)
    whole = folder / "whole.json"
    whole.write_bytes(render_json(grade))
    raw = json.loads(render_json(grade))
    raw.update(texts, notices=[PWNED], submission={"name": PWNED, "sha256": "a" * 64})
    raw["checks"][0].update(name=PWNED, message=PWNED, counterexample=PWNED)
    forged, broken = folder / NAMED.replace(".py", ".json"), folder / "broken.json"
    forged.write_text(json.dumps(raw))
    raw["checks"][0]["credit"] = 5
    broken.write_text(json.dumps(raw))
    two = folder / "two"
    two.mkdir()
    for name in (NAMED, "b.py"):
        (two / name).write_text("")
    return whole, forged, broken, two


def walk(command, course, tmp_path):
    """How each command of the kit is called, and whether its log has words of a submission."""
    whole, forged, broken, two = records(tmp_path)
    wheel = make_wheel(tmp_path)
    folder, handed = course.folder, tmp_path / "handed"
    (handed / NAMED).mkdir(parents=True)
    (handed / NAMED / "hw3.py").write_text(SUBMISSION)
    out, nowhere = tmp_path / "grades", tmp_path / f"no {NAMED}"
    theirs = ["--assignment", folder, "--submission", handed / NAMED / "hw3.py"]
    known = {
        "check": [(["check", *theirs], True), (["check", "--practice", *theirs], False)],
        "class": [
            (["class", folder, handed, "--dry-run"], True),
            (["class", folder, handed, "--out", out], True),
        ],
        "decide": [(["decide", nowhere, NAMED, "test_x", "1", "--why", PWNED], True)],
        "doctor": [(["doctor", folder], False)],
        "merge": [(["merge", "both.json", forged, forged], True), (["merge", "m", broken], True)],
        "new": [(["new", tmp_path / "hw4"], False)],
        "package": [(["package", "gradescope", folder, "--wheel", wheel], False)],
        "release": [(["release", folder, tmp_path / "out", "--wheel", wheel], False)],
        "report": [
            (["report", forged], True),
            (["report", forged, "--instructor", "--to", "github"], True),
            (["report", whole, forged], True),
            (["report", broken], True),
            (["report", tmp_path / f"no {NAMED}"], True),
            (["report", whole, "--canvas", tmp_path / NAMED], True),
        ],
        "run": [
            (["run", folder, "--all", "--json", "kept.json"], True),
            (["run", folder, "--all", "--to", "github", "--to", "csv"], True),
            (["run", folder, two], True),
            (["run", folder, "--replay", broken], True),
        ],
        "selftest": [(["selftest", folder, "--only", "promises"], True)],
    }
    return known[command]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, marks=[pytest.mark.slow] * (command in ("doctor", "selftest")))
        for command in main.list_commands(click.Context(main))
    ],
)
def test_no_command_prints_an_order_that_a_submission_gives(command, course, tmp_path, at_work):
    """Each command, with texts of a submission that are orders, prints none but its own."""
    for words, quotes in walk(command, course, tmp_path):
        orders, log = at_work([sys.executable, "-I", "-m", "grader", *words])
        assert ("pwned" in log) is quotes, (words, log)
        assert set(orders) <= (
            {"notice", "warning"} if "--to" in words or words[0] == "run" else set()
        )
        assert ("notice" in orders) is ("github" in words or words[-1] == "kept.json"), log


def test_pytest_prints_none_either(course, at_work, tmp_path):
    """Nor does pytest with the plug-in, when it grades and when it is used wrongly."""
    *_, two = records(tmp_path)
    pytest_here = [sys.executable, "-I", "-m", "pytest", "-p", "no:cacheprovider", course.folder]
    for words in (["-v"], ["-q", "-rA"], [f"--submission={two}"], ["--collect-only"]):
        orders, log = at_work([*pytest_here, *words])
        assert not orders, log
        assert ("pwned" in log) is (words != ["--collect-only"])


@pytest.mark.slow
def test_the_programs_of_services_print_none(course, at_work, tmp_path):
    """Nor what Gradescope and Classroom 50 start, wherever they are tried."""
    root = tmp_path / "autograder"
    for name in ("submission", "results"):
        (root / name).mkdir(parents=True)
    (root / "submission" / "hw3.py").write_text(SUBMISSION)
    words = [sys.executable, "-I", "-m", "grader.cli.autograde", root, course.folder]
    orders, log = at_work(words)
    assert (orders, "pwned" in log) == ([], True)
    write_classroom50_bundle(course, tmp_path / "bundle", Kit("torchmarks"))
    (tmp_path / "hw3.py").write_text(SUBMISSION)
    environ = dict.fromkeys(VARIABLES.values(), "x")
    orders, log = at_work([sys.executable, tmp_path / "bundle" / "autograder.py"], **environ)
    assert (orders, "pwned" in log) == ([], True)


def test_the_walk_can_fail(at_work):
    """The runner that is played here obeys what a runner obeys."""
    program = f"print({PWNED!r})"
    assert at_work([sys.executable, "-I", "-c", program])[0] == [
        *("set-output", "error", "error", "debug"),
    ]
    assert obeyed("::stop-commands::a\n::error::x\n::b::\n::a::\n::notice::y") == ["notice"]


@pytest.mark.slow
def test_what_a_program_reads_is_left_alone(at_work):
    """What tells of no submission is printed as it is, so that JSON stays JSON."""
    _, log = at_work([sys.executable, "-I", "-m", "grader", "doctor", "--json"])
    assert json.loads(log)["schema"] == "torchmarks/doctor/v1"


def test_commands_are_muted_in_actions_only(capsys):
    """Inside Actions all stands between two marks that nobody can guess, and orders after them."""
    with mute_commands({"GITHUB_ACTIONS": "true"}, print) as orders:
        orders.append("::notice::ours")
        print("::error::x", file=sys.stderr)
    out, err = capsys.readouterr()
    start, said, end, ours = out.splitlines()
    assert (said, ours, err) == ("::error::x", "::notice::ours", "")
    assert start.removeprefix("::stop-commands::") == end.strip(":")
    assert len(end) > 30
    with mute_commands({}, print) as orders:
        orders.append("ours")
    assert capsys.readouterr().out == "ours\n"


def test_an_exception_is_told_muted(capsys):
    """What nobody expected is printed inside of the marks as well."""
    with pytest.raises(SystemExit), mute_commands({"GITHUB_ACTIONS": "true"}, print):
        raise RuntimeError("\n::error::x")
    out, err = capsys.readouterr()
    assert ("::error::x" in out, obeyed(out), err) == (True, [], "")
