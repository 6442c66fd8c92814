"""The public API is one page, and nothing is imported before it is asked for."""

import ast
import dataclasses
import inspect
import pickle
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import grader
from grader.submission.claims import ClaimError, Comparison

ROOT = Path(__file__).parents[1]
PAGE = Path(grader.__file__)
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_public_names_are_these():
    """Adding or losing a public name takes a change here."""
    assert grader.__all__ == [
        "Assignment",
        "AssignmentError",
        "CheckResult",
        "Decision",
        "Died",
        "ExportMissingError",
        "Grade",
        "Grader",
        "GradingOptions",
        "Growth",
        "IsolationError",
        "Misconceptions",
        "NoGrade",
        "Output",
        "Raised",
        "Returned",
        "Sandbox",
        "SubmissionRaisedError",
        "TimedOut",
        "Timing",
        "Verdict",
        "WorkerLostError",
        "Workload",
        "as_array",
        "as_number",
        "as_tensor",
        "as_tuple",
        "as_word",
        "assert_close",
        "assert_equal",
        "assert_lines",
        "assert_raises",
        "assert_unchanged",
        "grade_submission",
        "growth",
        "load_assignment",
        "run",
    ]


@pytest.mark.parametrize("path", [*(ROOT / "assignments").glob("*/*.py")], ids=lambda p: p.stem)
def test_an_assignment_imports_public_names_alone(path):
    """What those that ship take from the kit is promised to everybody."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not [name for name in node.names if name.name.partition(".")[0] == "grader"]
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "grader":
            assert node.module == "grader"
            assert {name.name for name in node.names} <= set(grader.__all__)


def test_every_public_name_is_there_and_documented():
    """Each name resolves to a thing with a docstring, also for a type checker."""
    imported = {
        alias.name
        for node in ast.walk(ast.parse(PAGE.read_text()))
        if isinstance(node, ast.ImportFrom) and node.level == 0
        for alias in node.names
    }
    for name in grader.__all__:
        assert getattr(grader, name).__doc__, name
        assert name in imported
        assert name in dir(grader)


def test_it_fits_on_a_page():
    """The module that lists the API is short."""
    assert len(PAGE.read_text().splitlines()) < 110


def test_a_report_needs_no_torch():
    """Importing the package, a grade, a grader or a report imports neither torch nor pytest."""
    code = (
        "import sys, grader; grader.Grade, grader.Grader; import grader.reports.text;"
        "print({'torch', 'pytest', 'hypothesis', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    "error",
    [
        grader.AssignmentError("hw9: no folder"),
        grader.ExportMissingError("f is not defined"),
        grader.IsolationError("L3: refused"),
        grader.SubmissionRaisedError(grader.Raised("ValueError", "no", "f.py, line 1")),
        grader.WorkerLostError(grader.TimedOut(10, "wall", "f.py:1")),
        ClaimError("expected 1, got 2", Comparison("==", 2, 1)),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_can_be_sent_to_another_process(error):
    """As `multiprocessing` sends what a task raised; a pool waits for ever for one that cannot."""
    there = pickle.loads(pickle.dumps(error))
    assert (type(there), str(there)) == (type(error), str(error))
    assert getattr(there, "outcome", None) == getattr(error, "outcome", None)


def test_an_unknown_name_is_an_attribute_error():
    """A misspelt name says so."""
    assert not hasattr(grader, "assert_klose")


def sections():
    """The sections of the page, by the name that each is about."""
    below = re.sub(r"^## .*$", "", API, flags=re.MULTILINE)
    parts = re.split(r"^### (.+)$", below, flags=re.MULTILINE)
    return [(name.strip("`"), text) for name, text in zip(parts[1::2], parts[2::2], strict=True)]


def words_of(thing):
    """What a section must name: fields of a record, members of an enumeration, parameters."""
    if dataclasses.is_dataclass(thing):
        return {field.name for field in dataclasses.fields(thing)}
    if isinstance(thing, type):
        return set(getattr(thing, "__members__", ()))
    return set(inspect.signature(thing).parameters)


def test_each_public_name_has_a_section_and_nothing_else_has():
    """docs/api.md is about the public names, each once."""
    assert sorted(name for name, _ in sections()) == sorted(grader.__all__)


@pytest.mark.parametrize(("name", "text"), sections(), ids=[name for name, _ in sections()])
def test_a_section_names_all_that_a_name_has(name, text):
    """Each field, member, property and parameter is told, with a line of use."""
    thing = getattr(grader, name)
    properties = {n for n, v in vars(thing).items() if isinstance(v, property) and n[0] != "_"}
    assert not (words_of(thing) | properties) - set(re.findall(r"\w+", text))
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    trees = [ast.parse(block) for block in blocks]
    shown = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for node in shown:
        real = thing if node.name == name else getattr(thing, node.name)
        (true,) = ast.parse(textwrap.dedent(inspect.getsource(real))).body
        assert ast.unparse(node.args) == ast.unparse(true.args)
        assert ast.unparse(node.returns) == ast.unparse(true.returns)
    assert len(trees) > bool(shown), "no line of use"
    assert shown or not inspect.isfunction(thing), "no signature"
