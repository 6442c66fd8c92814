"""The command that a graphics card is proved by, run where there is none: only the card differs."""

import itertools
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import benchmarks.cuda.__main__ as command
from benchmarks.cuda.record import FAILED, PASSED, Item, Record
from benchmarks.cuda.steps import STEPS, read_items
from benchmarks.cuda.suite import CHEATS, marked_files

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


def test_other_code_begins_a_step_anew(tmp_path):
    """What was found with other code stays until the step is run again."""
    record = Record(tmp_path, "cuda", {"machine": "The machine"})
    step = record.begin("machine", "abc", "a machine")
    step.items, step.status = [Item("a", passed=False, said="x|y")], FAILED
    record.keep()
    again = Record(tmp_path, "cuda", {"machine": "The machine"})
    assert again.steps["machine"].items == step.items
    assert again.begin("machine", "abc", "a machine").items == step.items
    assert again.begin("machine", "def", "a machine").items == []
