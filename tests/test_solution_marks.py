"""Solutions are taken out of starters, in modules and notebooks."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader.solutions import SolutionError, strip_notebook, strip_solutions

MODULE = '''\
def f(x):
    """Double x."""
    # BEGIN SOLUTION
    # PROMPT: raise NotImplementedError("double x")
    y = 2 * x
    return y
    # END SOLUTION


def g(x):
    if x:
        # BEGIN SOLUTION
        return 1
        # END SOLUTION
    return 0
'''


def test_a_solution_becomes_its_prompt():
    """The prompt stands where the solution stood, indented alike; without one, dots."""
    assert (
        strip_solutions(MODULE, "hw.py")
        == '''\
def f(x):
    """Double x."""
    raise NotImplementedError("double x")


def g(x):
    if x:
        ...  # your code here
    return 0
'''
    )


def test_text_without_marks_is_untouched():
    """Nothing else changes, line ends included."""
    assert strip_solutions("a = 1\r\nb = 2", "hw.py") == "a = 1\r\nb = 2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x\n# BEGIN SOLUTION\ny\n", r"hw\.py:2: BEGIN SOLUTION without an END"),
        ("# END SOLUTION\n", r"hw\.py:1: END SOLUTION without a BEGIN"),
        (
            "# BEGIN SOLUTION\n# BEGIN SOLUTION\n# END SOLUTION\n",
            r"hw\.py:2: BEGIN SOLUTION inside",
        ),
    ],
)
def test_marks_must_pair(text, words):
    """A mark without its partner is named with its line."""
    with pytest.raises(SolutionError, match=words):
        strip_solutions(text, "hw.py")


def test_a_notebook_loses_solutions_and_outputs():
    """Code cells are stripped, outputs and counts removed, the rest stays, and it is valid."""
    cell = new_code_cell(MODULE, outputs=[new_output("stream", text="4\n")], execution_count=3)
    text = nbformat.writes(new_notebook(cells=[new_markdown_cell("# BEGIN SOLUTION"), cell]))
    stripped = strip_notebook(text, "hw.ipynb")
    notebook = nbformat.reads(stripped, as_version=4)
    nbformat.validate(notebook)
    assert "return y" not in stripped
    assert notebook.cells[0].source == "# BEGIN SOLUTION"
    assert (notebook.cells[1].outputs, notebook.cells[1].execution_count) == ([], None)
    assert 'raise NotImplementedError("double x")' in notebook.cells[1].source


@pytest.mark.parametrize(
    "text", ["", "[]", json.dumps({"cells": [3]}), json.dumps({"worksheets": []})]
)
def test_what_is_no_notebook_is_refused(text):
    """A file that is not a notebook of version 4 is named."""
    with pytest.raises(SolutionError, match=r"hw\.ipynb: not a notebook"):
        strip_notebook(text, "hw.ipynb")
