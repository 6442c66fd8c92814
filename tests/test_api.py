"""The public API is one page, and nothing is imported before it is asked for."""

import ast
import subprocess
import sys
from pathlib import Path

import grader

PAGE = Path(grader.__file__)


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
        "GradingOptions",
        "IsolationError",
        "Raised",
        "Returned",
        "Sandbox",
        "SubmissionRaisedError",
        "TimedOut",
        "Timing",
        "Verdict",
        "WorkerLostError",
        "as_number",
        "as_tensor",
        "as_tuple",
        "as_word",
        "assert_close",
        "assert_raises",
        "assert_unchanged",
        "grade_submission",
        "load_assignment",
    ]


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
    """Importing the package, a grade or a report imports neither torch nor pytest."""
    code = (
        "import sys, grader; grader.Grade, grader.Verdict; import grader.reports.text;"
        "print({'torch', 'pytest', 'hypothesis', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_an_unknown_name_is_an_attribute_error():
    """A misspelt name says so."""
    assert not hasattr(grader, "assert_klose")
