"""Solutions are taken out of starters, in modules and notebooks."""

import json

import nbformat
import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

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


def notebook_of(*cells, **metadata):
    """Write a notebook."""
    return nbformat.writes(new_notebook(cells=list(cells), metadata=metadata))


def stripped(*cells, **metadata):
    """Strip a notebook, see that it is still one, and return it with its text."""
    text = strip_notebook(notebook_of(*cells, **metadata), "hw.ipynb")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    return notebook, text


def test_a_notebook_loses_solutions_and_outputs():
    """Code cells are stripped, outputs and counts removed, the rest stays, and it is valid."""
    cell = new_code_cell(MODULE, outputs=[new_output("stream", text="4\n")], execution_count=3)
    notebook, text = stripped(new_markdown_cell("# Part 1"), cell)
    assert "return y" not in text
    assert notebook.cells[0].source == "# Part 1"
    assert (notebook.cells[1].outputs, notebook.cells[1].execution_count) == ([], None)
    assert 'raise NotImplementedError("double x")' in notebook.cells[1].source


PROSE = [
    "Why?\n\n# BEGIN SOLUTION\nBecause.\n# END SOLUTION",
    "Why?\n\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION\n",
    "Why?\n\n<!-- BEGIN SOLUTION -->\nBecause.\n<!-- END SOLUTION -->",
    "Why?\n\n<!-- begin solution -->\r\nBecause.\r\n<!--END SOLUTION-->\r\n",
]


@pytest.mark.parametrize("text", PROSE)
@pytest.mark.parametrize("make", [new_markdown_cell, new_raw_cell])
def test_a_solution_in_prose_is_stripped_too(make, text):
    """Markdown and raw cells have the same marks, or the same as comments."""
    (cell,) = stripped(make(text))[0].cells
    assert cell.source == "Why?\n\n*Your answer here.*"
    asked = text.replace("Because.", "<!-- PROMPT: Say why. -->\nBecause.")
    (cell,) = stripped(make(asked))[0].cells
    assert cell.source == "Why?\n\nSay why."


@pytest.mark.parametrize(
    "mark",
    [
        "# BEGIN SOLUTION NO PROMPT",
        "BEGIN SOLUTION",
        "x = 1  # BEGIN SOLUTION",
        "#BEGIN_SOLUTION",
        "# begin  solution.",
        "<!-- END SOLUTION, part 2 -->",
        "%% END-SOLUTION",
    ],
)
@pytest.mark.parametrize("make", [new_markdown_cell, new_raw_cell, new_code_cell])
def test_a_mark_that_is_not_understood_is_refused(make, mark):
    """No solution is left in by a slip: the cell and the line are named."""
    with pytest.raises(SolutionError, match=r"hw\.ipynb, cell 2:3: .* is no mark: write '# "):
        strip_notebook(notebook_of(new_code_cell("x = 1"), make(f"x\n\n{mark}\ny")), "hw.ipynb")
    with pytest.raises(SolutionError, match=r"hw\.py:2: "):
        strip_solutions(f"x = 1\n{mark}\n", "hw.py")


def test_words_that_are_no_marks_stay():
    """Prose may speak of solutions."""
    text = "In the end solutions differ.\n# Solution of part 1\nBegin: solution methods"
    assert strip_solutions(text, "hw.py") == text


def test_what_editors_and_graders_note_is_left_out():
    """Of metadata the language, the kernel and tags are kept; nothing else can say the answer."""
    secret = {"answer": "SECRET"}
    code = new_code_cell("x = 1", metadata={"tags": ["grade:all"], "nbgrader": secret, **secret})
    prose = new_markdown_cell("Why?", metadata={"jupyter": secret, "slideshow": secret})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3", **secret}
    notebook, text = stripped(
        code, prose, kernelspec=kernel, language_info={"name": "python", **secret}, colab=secret
    )
    assert "SECRET" not in text
    assert notebook.cells[0].metadata == {"tags": ["grade:all"]}
    assert notebook.cells[1].metadata == {}
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


def test_a_picture_goes_with_the_solution_that_shows_it():
    """An attachment is kept as long as its cell shows it."""
    text = "![](attachment:a.png)\n# BEGIN SOLUTION\n![](attachment:b.png)\n# END SOLUTION"
    pictures = {name: {"image/png": "AAAA"} for name in ("a.png", "b.png", "c.png")}
    (cell,) = stripped(new_markdown_cell(text, attachments=pictures))[0].cells
    assert set(cell.attachments) == {"a.png"}


def test_what_no_notebook_has_is_left_out():
    """Keys of other tools' beside the cells, or in them, are not kept."""
    book = json.loads(notebook_of(new_code_cell("x = 1")))
    book["solutions"] = book["cells"][0]["solution"] = "SECRET"
    assert "SECRET" not in strip_notebook(json.dumps(book), "hw.ipynb")


@pytest.mark.parametrize(
    "text", ["", "[]", json.dumps({"cells": [3]}), json.dumps({"worksheets": []})]
)
def test_what_is_no_notebook_is_refused(text):
    """A file that is not a notebook of version 4 is named."""
    with pytest.raises(SolutionError, match=r"hw\.ipynb: not a notebook"):
        strip_notebook(text, "hw.ipynb")
