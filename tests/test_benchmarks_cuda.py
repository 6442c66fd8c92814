"""The command that a graphics card is proved by, run where there is none: only the card differs."""

import argparse
import contextlib
import itertools
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace

import pytest

import benchmarks.cuda.__main__ as command
import benchmarks.cuda.run as run_module
from benchmarks.cuda import grades, races
from benchmarks.cuda.record import FAILED, PASSED, Item, Record
from benchmarks.cuda.steps import NOT_ALL, STEPS, TimeUpError, read_items
from benchmarks.cuda.suite import CHEATS, marked_files
from grader.grade.result import CheckResult, Verdict
from grader.selftest.solutions import Solution

ROOT = Path(__file__).parents[1]


def run(*arguments):
    """Run the command from the project's root."""
    command = [sys.executable, "-m", "benchmarks.cuda", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory):
    """Run all steps in their shortest form, on the CPU."""
    folder = tmp_path_factory.mktemp("cuda")
    return run("--device", "cpu", "--short", "--into", folder), folder


@pytest.mark.slow
def test_every_step_passes_on_the_cpu_and_is_kept(rehearsal):
    """All that is not the card's own works, and the table says so of every step."""
    done, folder = rehearsal
    assert done.returncode == 0, done.stdout[-3000:]
    kept = json.loads((folder / "cuda.json").read_text())
    assert {name: step["status"] for name, step in kept.items()} == {s.name: PASSED for s in STEPS}
    page = (folder / "cuda.md").read_text()
    assert all(step.title in page for step in STEPS)


@pytest.mark.slow
def test_a_second_run_does_nothing_again(rehearsal):
    """What has passed with the same code is not run again."""
    _, folder = rehearsal
    done = run("--device", "cpu", "--short", "--into", folder)
    assert done.returncode == 0
    assert "==" not in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("step", ["machine", "numerics"])
def test_a_step_passes_on_the_cpu(step, tmp_path):
    """Two of them stand for all, which the slow tests run."""
    done = run(step, "--device", "cpu", "--short", "--into", tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]
    assert json.loads((tmp_path / "cuda.json").read_text())[step]["status"] == PASSED


def test_without_a_card_it_says_so():
    """There is nothing to measure, and nothing is written."""
    done = run()
    assert (done.returncode, done.stdout) == (2, "")
    assert "no CUDA device" in done.stderr


@pytest.mark.parametrize("arguments", [["nonsense"], ["--wheels", "/nowhere"]])
def test_wrong_use_is_told(arguments):
    """A step that is not there, or a folder without wheels, is said in a line."""
    done = run(*arguments)
    assert done.returncode == 2
    assert arguments[-1] in done.stderr


def test_a_step_that_is_cut_off_keeps_what_it_has(tmp_path):
    """Its items stay, it is named as cut off, and the next run goes on with it."""
    done = run("machine", "--device", "cpu", "--minutes", "0.1", "--into", tmp_path)
    assert done.returncode == 3, done.stdout
    step = json.loads((tmp_path / "cuda.json").read_text())["machine"]
    assert step["status"] == "cut off"
    assert "driver" in [item["name"] for item in step["items"]]


WITHOUT = """
import sys
from importlib.abc import MetaPathFinder

import pytest

MISSING = sys.argv.pop(1).split(",")


class Without(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}")


sys.meta_path.insert(0, Without())
sys.exit(pytest.main(sys.argv[1:]))
"""


def test_the_marked_tests_need_no_package_but_the_wheels():
    """They are collected where what else the tests need (of the extras) cannot be imported."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needs = itertools.chain(*extras["optional-dependencies"].values())
    there = command.__doc__.split()
    missing = {name for need in needs if (name := re.split(r"[<>=\[;]", need)[0]) not in there}
    modules = [
        module
        for module, owners in packages_distributions().items()
        if missing & {owner.replace(".", "-").lower() for owner in owners}
    ]
    assert {"matplotlib", "ruamel"} <= {*modules}
    arguments = [",".join(modules), "-q", "-p", "no:xdist", "-p", "no:xdist.looponfail"]
    arguments += ["--collect-only", "-m", "cuda", *marked_files(), CHEATS]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert CHEATS not in marked_files()  # a step of their own


def test_half_a_line_is_no_item(tmp_path):
    """A step that was killed while it wrote leaves what was whole; the last word counts."""
    path = tmp_path / "items"
    lines = [
        '{"name": "a", "passed": false}',
        '{"name": "a", "passed": true}',
        '{"name": "b", "pas',
    ]
    path.write_text("\n".join(lines))
    assert read_items(path) == [Item("a", passed=True)]


def test_other_code_or_another_card_begins_a_step_anew(tmp_path):
    """What was found with another stays until the step is run again."""
    record = Record(tmp_path, "cuda", {"machine": "The machine"})
    step = record.begin("machine", "abc", "H100", "a machine")
    step.items, step.status = [Item("a", passed=False, said="x|y")], FAILED
    record.keep()
    again = Record(tmp_path, "cuda", {"machine": "The machine"})
    assert again.steps["machine"].items == step.items
    assert again.begin("machine", "abc", "H100", "a machine").items == step.items
    assert again.begin("machine", "abc", "H200", "a machine").items == []
    again = Record(tmp_path, "cuda", {"machine": "The machine"})
    assert again.begin("machine", "def", "H100", "a machine").items == []


STEP = """
import json, sys, time
from pathlib import Path
path = Path(next(word for word in sys.argv if word.startswith("--items=")).partition("=")[2])
{body}
"""
ITEM = 'with path.open("a") as file: file.write(json.dumps({item}) + chr(10))\n'
OK, BAD = ({"name": name, "passed": passed} for name, passed in (("a", True), ("b", False)))


@pytest.fixture
def run_fake(monkeypatch, tmp_path):
    """Run the steps with a script in place of each; return the exit code and the record."""

    def call(body, *names, seconds=9.0, code="code", card="a card"):
        script = tmp_path / "step.py"
        script.write_text(STEP.format(body=body))
        python = tmp_path / "python"
        python.write_text(f'#!/bin/sh\nshift 2; exec {sys.executable} {script} "$@"\n')
        python.chmod(0o755)
        monkeypatch.setattr(run_module, "name_code", lambda: code)
        monkeypatch.setattr(run_module, "_name_device", lambda _: card)
        monkeypatch.setattr(run_module.sys, "executable", str(python))
        monkeypatch.setattr(run_module, "_LEAST", 1.0)
        options = argparse.Namespace(
            steps=[*names], into=tmp_path, device="cpu", short=False, minutes=seconds / 60
        )
        try:
            return run_module.run_steps(options), json.loads((tmp_path / "cuda.json").read_text())
        finally:
            monkeypatch.undo()

    return call


def test_what_is_told_is_kept_while_the_step_goes_on(run_fake, tmp_path):
    """A command that is killed leaves what it has; that step is cut off."""
    look = f"""
{ITEM.format(item=OK)}
for _ in range(80):
    time.sleep(0.1)
    kept = Path({str(tmp_path)!r}) / 'cuda.json'
    if kept.exists() and '"name": "a"' in kept.read_text():
        assert json.loads(kept.read_text())['tests']['status'] == 'cut off'
        sys.exit(0)
sys.exit(1)
"""
    code, record = run_fake(look, "tests")
    assert (code, record["tests"]["status"]) == (0, PASSED), record["tests"]


def test_a_failure_is_not_forgotten_by_a_run_that_does_not_come_to_it(run_fake):
    """What failed stays so until it is tried again."""
    assert run_fake(ITEM.format(item=BAD), "tests")[0] == 1
    code, record = run_fake(ITEM.format(item=OK) + "time.sleep(30)", "tests", seconds=3)
    assert (code, record["tests"]["status"]) == (1, "cut off")
    assert [item["passed"] for item in record["tests"]["items"]] == [False, True]
    again = ITEM.format(item={**BAD, "passed": True})
    code, record = run_fake(again, "tests")
    assert (code, record["tests"]["status"]) == (0, PASSED)


def test_a_step_that_leaves_something_has_not_passed(run_fake):
    """Then another run goes on with it."""
    code, record = run_fake(ITEM.format(item=OK) + f"sys.exit({NOT_ALL})", "tests")
    assert (code, record["tests"]["status"]) == (3, "cut off")


def test_what_others_passed_is_not_reached_here(run_fake):
    """Neither other code nor another card stands for this one, where the time is up before."""
    passes = ITEM.format(item=OK)
    assert run_fake(passes, "tests")[0] == 0
    assert run_fake(passes, "tests", seconds=0.5)[0] == 0
    assert run_fake(passes, "tests", seconds=0.5, code="other")[0] == 3
    assert run_fake(passes, "tests", seconds=0.5, card="another")[0] == 3


class Wishes:
    """A wish in whose time so many races are held, each of which takes ten seconds."""

    device, short = "cuda", False

    def __init__(self, seconds, known=()):
        self.seconds, self.known = seconds, {item.name: item for item in known}

    def time_left(self):
        """Tell what the races have left."""
        return self.seconds


@pytest.fixture
def hold(monkeypatch):
    """Have races take ten seconds and no card; return their items, and what was left."""

    def call(seconds, known=()):
        wish, found, left = Wishes(seconds, known), [], ""

        def take(name, *_):
            wish.seconds -= 10
            return Item(name, passed=True, numbers={"slowdown": 1.0})

        monkeypatch.setattr(races, "Yard", lambda *_: contextlib.nullcontext())
        monkeypatch.setattr(races, "_hold", take)
        monkeypatch.setattr(races, "_clocks", lambda _: map(take, sorted(races.CLOCKS)))
        monkeypatch.setattr(races, "_climb", lambda _: map(take, races.CLIMBS))
        try:
            found.extend(races.race(wish))
        except TimeUpError as error:
            left = str(error)
        return found, left

    return call


@pytest.mark.parametrize(
    ("slowdowns", "passed"),
    [([1.0, 1.002, 0.998], True), ([1.2, 1.2, 1.2], False), ([0.98, 1.0, 1.02], False)],
)
def test_the_reference_against_itself_comes_to_1(slowdowns, passed):
    """All its races may agree, and be wrong alike."""
    assert races._spread("A/A", slowdowns).passed == passed


@pytest.mark.parametrize("verdict", ["not_run", "grader_error"])
@pytest.mark.parametrize("solution", [None, Solution(Path("w.py"), frozenset({"test_a"}))])
def test_a_solution_of_which_a_check_is_not_known_has_not_passed(monkeypatch, solution, verdict):
    """Where nothing ran a right one had lost nothing, and passed."""
    a = CheckResult("test_a", "It holds.", Verdict.wrong if solution else Verdict.passed, 0.0, 1)
    a = a if solution else replace(a, credit=1.0)
    b = replace(a, name="test_b", verdict=Verdict(verdict), credit=0.0, message="too busy")
    about = SimpleNamespace(checks=("test_a", "test_b"))
    monkeypatch.setattr(grades, "_open", lambda *_: (about, None))
    monkeypatch.setattr(grades, "load_suite", lambda _: SimpleNamespace(timed=frozenset()))

    def item(*checks):
        grade = SimpleNamespace(checks=checks, score=1.0, ran_max_score=1.0, seconds=1.0)
        monkeypatch.setattr(grades, "grade_submission", lambda *_, **__: grade)
        return grades.grade_one(grades.Job("hw2", solution), "cpu", 1.0)

    assert item(a).passed
    assert not item(a, b).passed
    assert "not known test_b" in item(a, b).said


def test_races_go_on_with_what_is_missing(hold):
    """First five of each, in as many runs as that takes; then more, while there is time."""
    first, left = hold(120)
    assert "A/A 5" in {item.name for item in first}
    assert "matrix in strides 5" in left
    second, left = hold(300, first)
    assert not {item.name for item in first} & {item.name for item in second} - {
        *(f"{name}, spread" for name in races.FIELDS),
        *races.CLIMBS,
    }
    assert not left
    assert "A/A 6" in {item.name for item in second}
    third, _ = hold(30, first[:1])  # cut off among the clocks
    assert {item.name for item in third} >= races.CLOCKS
