"""The house rules: who may import whom, and how large a module may grow."""

import ast
import configparser
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = [
    path
    for folder in ("grader", "reference", "assignments", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if not {"starter", "submission", "templates"} & set(path.relative_to(ROOT).parts)
]
MODULE_LINES, FUNCTION_LINES = 250, 40
NO_TORCH = ("grade.result", "grade.points", "assignment.suite", "reports", "source.handin")
ROOMS = sorted({p.parent for p in (ROOT / "grader").glob("*/**/*.py") if p.name == "__init__.py"})
ENTRY = re.compile(r"(?:^ *|;  )([\w.]+(?:, [\w.]+)*)(?:  |: )", re.MULTILINE)
INSIDE_MAY = set(sys.stdlib_module_names) | {"numpy", "torch", "IPython", "inside"}


def name_of(path: Path) -> str:
    """The path below the root, for test ids and messages."""
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every absolute module that a file imports, and where; relative ones are within a package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, node.lineno


def tops(path: Path) -> set[str]:
    """The top-level names that a file imports."""
    return {module.partition(".")[0] for module, _ in imports(path)}


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_a_module_holds_one_idea(path):
    """No module but a suite, which is a list, is longer than 250 lines; no function than 40."""
    text = path.read_text(encoding="utf-8")
    lines, suite = len(text.splitlines()), path.name.startswith("test_")
    long = [f"{lines} lines"] * (lines > MODULE_LINES and not suite)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > FUNCTION_LINES:
                long.append(f"{node.name} (line {node.lineno}): {length} lines")
    assert not long


def test_the_contracts_of_imports_hold():
    """Who may import whom is written in pyproject.toml, floor by floor."""
    program = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as m; m()"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "grader" / "inside").glob("*.py")), ids=name_of)
def test_inside_imports_nothing_of_ours(path):
    """What student code can see imports the standard library, numpy and torch."""
    assert tops(path) <= INSIDE_MAY


@pytest.mark.parametrize("module", NO_TORCH)
def test_reports_start_without_torch(module):
    """Grades and reports are read, added up and written without importing torch or pytest."""
    code = (
        f"import sys, grader.{module};"
        "sys.exit(', '.join({'torch', 'pytest', 'hypothesis'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_class_has_a_name_of_its_own():
    """Whoever looks for a class of the kit by its name finds one."""
    places = defaultdict(list)
    for path in sorted((ROOT / "grader").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(f"{name_of(path)}:{node.lineno}")
    assert not {name: found for name, found in places.items() if len(found) > 1}


@pytest.mark.parametrize("room", ROOMS, ids=name_of)
def test_a_room_opens_with_all_that_is_in_it(room):
    """The docstring of a package has a word about each module, in the table that ends it."""
    text = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    told = {name for names in ENTRY.findall(text) for name in names.split(", ")}
    modules = {path.stem for path in room.glob("*.py")} - {"__init__"}
    packages = {inner.name for inner in ROOMS if inner.parent == room}
    assert sorted((modules | packages) - told) == []


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_every_silenced_warning_has_a_code(path):
    """A noqa or a type-ignore names what it silences, and nothing is left to do."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        bare = line.rstrip().endswith(("# noqa", "# type: ignore"))
        assert not bare, f"{name_of(path)}:{number}"
        assert "TO" + "DO" not in line, f"{name_of(path)}:{number}"


def test_every_environment_of_tox_says_what_it_is():
    """`tox list` is the developer's manual: each environment has a line of its own."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "tox.ini")
    names = [name for name in config.sections() if name.startswith("testenv")]
    assert {"testenv:lint", "testenv:types", "testenv:mutants", "testenv:full"} <= set(names)
    lines = [config[name]["description"].partition("\n")[0] for name in names]
    assert len(set(lines)) == len(lines)
    # What stands before a colon is taken for the name of a kind of environment.
    assert not any(re.match(r"\w+:", line) for line in lines)
