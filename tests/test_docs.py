"""What the pages say is so: commands exist, examples run, links lead somewhere."""

import argparse
import dataclasses
import importlib.util
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from benchmarks.race_paces import handout_table
from benchmarks.race_yard import TASKS
from grader.assignment.baselines import load_baselines
from grader.assignment.folder import VISIBILITIES, load_assignment
from grader.assignment.limits import SIZES, Limits, show_size
from grader.cli import main
from grader.grade.credit_line import CreditLine
from grader.grading.options import GradingOptions
from grader.plugin.session import grade_submission
from grader.reports.registry import FORMATS
from tests.conftest import start_sandbox

ROOT = Path(__file__).parents[1]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "assignments").glob("*/handout.md")),
]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLACE = re.compile(r"(?<![\w/.-])(?:grader|tests|docs|benchmarks)/[\w./*-]*[\w/*]")
DOTTED = re.compile(r"(?<![\w/.-])grader(?:\.[A-Za-z_]\w*)+")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page, language):
    """The fenced blocks of a language on a page."""
    return [text for kind, text in BLOCK.findall(page.read_text()) if kind == language]


def name_of(page):
    """A page's path, for test ids."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    """Each relative link names a file or folder of the project."""
    for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_places_and_names_are_there(page):
    """Each path into the project exists, and each dotted name of the kit can be imported.

    Not so in `benchmarks/results`: what was run then is told as it was.
    """
    text = page.read_text(encoding="utf-8")
    for place in PLACE.findall(text):
        assert list(ROOT.glob(place)), place
    for name in DOTTED.findall(text):
        assert pkgutil.resolve_name(name) is not None, name


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_to_headings_lead_somewhere(page):
    """Each link to a heading of a page names one that it has."""
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text()):
        if "://" not in target:
            there = (page.parent / target if target else page).read_text(encoding="utf-8")
            titles = re.findall(r"^#+ (.+)$", there, re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", t.lower()).replace(" ", "-") for t in titles]


def test_the_design_tells_each_package_on_its_floor():
    """The table of the house is the contract of the floors, from the top down."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = project["tool"]["importlinter"]["contracts"][0]
    floors = [set(floor.split(" | ")) for floor in contract["layers"]]
    true = {(str(len(floors) - i), name) for i, floor in enumerate(floors) for name in floor}
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| (\d+) \| `([\w.]+)` \|", design, re.MULTILINE)) == true
    packages = {f"grader.{path.parent.name}" for path in ROOT.glob("grader/*/__init__.py")}
    assert packages <= {name for _, name in true}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_exist(page):
    """Each `grader` command has its options, and each `python -m` a module."""
    text = page.read_text()
    given = re.findall(r"`(?:\.venv/bin/)?grader ([^`]+)`", text)
    for block in blocks(page, "sh"):
        given += re.findall(r"(?:^|[ /])grader (.+?)(?: &&|$)", block, re.MULTILINE)
    for line in given:
        command, words = main, shlex.split(line, comments=True)
        while isinstance(command, click.Group):
            command = command.get_command(click.Context(command), words.pop(0))
        assert command is not None, line
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known, line
    for module in re.findall(r"python -m ([\w.]+)", text):
        assert importlib.util.find_spec(module), module


class TakenError(Exception):
    """A program has taken its words."""


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_benchmark_takes_the_words_of_its_command(page, monkeypatch):
    """Each `python -m benchmarks…` has what the program asks for, and nothing that it refuses."""
    parse = argparse.ArgumentParser.parse_args

    def parse_alone(parser):
        parse(parser)
        raise TakenError

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_alone)
    for line in re.findall(r"`python -m (benchmarks\.[^`]+)`", page.read_text()):
        name, *words = shlex.split(line)
        is_package = importlib.util.find_spec(name).submodule_search_locations
        monkeypatch.setattr(sys, "argv", [name, *words])
        with pytest.raises(TakenError):
            importlib.import_module(f"{name}.__main__" if is_package else name).main()


def test_the_manual_tells_what_is_chosen_where_nothing_is_said():
    """Its row of `[limits]` has each limit with its default, that of `visibility` each word."""
    page = (ROOT / "docs" / "assignments.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([^`]+)`[^|]* \| (.*) \|$", page, re.MULTILINE))
    for field in dataclasses.fields(Limits):
        default = field.default
        if field.name in SIZES:
            told = show_size(default) if default % 1024 == 0 else f"{default // 10**6} MB"
        else:
            told = default if isinstance(default, str) else f"{default:g}"
        assert re.search(rf"`{field.name}`[^`0-9]+`?\W?{told}\b", rows["[limits]"]), field
    assert all(f'`"{word}"`' in rows["visibility"] for word in VISIBILITIES)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_blocks_are_what_they_say(page):
    """Each TOML block is TOML, each block of Python compiles."""
    for text in blocks(page, "toml"):
        tomllib.loads(text)
    for text in blocks(page, "python"):
        compile(text, str(page), "exec")


def test_the_continuous_integration_runs_the_commands_of_the_readme():
    """`.ci/run` takes its command from the README: the block marked `tests`, and nothing else."""
    marked = re.findall(r"^<!-- (\w+) -->\n```sh\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    commands = dict(marked)
    assert set(commands) == {"grade", "tests"}
    script = (ROOT / ".ci" / "run").read_text().replace("exec bash -c", "echo")
    done = subprocess.run(
        ["bash", "-c", script, str(ROOT / ".ci" / "run")],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.strip() == commands["tests"].strip()


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_the_handout_holds_the_table_of_paces(task):
    """What a handout says each way of writing it earns is what it earns."""
    options = load_assignment(task.folder).speed[task.check]
    line = CreditLine(options.full, options.none)
    table = handout_table(task, load_baselines(task.folder, task.export), line)
    assert table in (task.folder / "handout.md").read_text(encoding="utf-8")


def test_the_readme_shows_an_assignment_that_works(tmp_path):
    """The check and the TOML of the README, put beside hw2's strategies, grade its reference."""
    folder = tmp_path / "hw2"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    source = (ROOT / "assignments" / "hw2" / "strategies.py").read_text()
    (folder / "strategies.py").write_text(source)
    needs = "from hypothesis import given\nfrom .strategies import critical_points\n"
    check = '"""Homework 2."""\n' + needs + blocks(ROOT / "README.md", "python")[0]
    (folder / "test_hw2.py").write_text(check)
    toml = blocks(ROOT / "README.md", "toml")[0].replace("../../reference", f"{ROOT}/reference")
    (folder / "assignment.toml").write_text(toml)
    assignment = load_assignment(folder)
    sandbox = start_sandbox(assignment)
    path = ROOT / "tests" / "correct" / "hw2" / "loops.py"
    grade = grade_submission(assignment, path, options=GradingOptions(seed=1), sandbox=sandbox)
    sandbox.close()
    assert grade.score == grade.max_score > 0


@pytest.mark.parametrize("target", FORMATS)
def test_each_report_is_told_where_people_look(target):
    """A format has its row on the page, and its name in the help of two commands."""
    assert f"| `{target}` |" in (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    for command in ("run", "report"):
        assert re.search(rf"\b{target}\b", CliRunner().invoke(main, [command, "--help"]).output)
    assert f"`{target}`" in README or f"--to {target}" in README or f"--{target}" in README
