"""`%grade`: the functions as they are in the kernel, and what a fresh run would lack."""

import json
import signal
import sys
from errno import EACCES
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from grader.grade.result import Verdict
from grader.practice.kernel import grade_kernel

CELL = """
FACTOR = 2

def double(n):
    return None if n is None else FACTOR * n

def half(n):
    if n == 4:
        while True:
            pass
    return n
"""


@pytest.fixture
def names(repository, no_secret):
    """What a kernel has after a cell, in a folder with another notebook than the file."""
    (repository / "small.py").unlink()
    found = {}
    exec(CELL, found)
    return found


def save(repository, *cells):
    """Save a notebook with some cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    (repository / "small.ipynb").write_text(json.dumps(notebook))


def test_the_kernels_functions_are_asked(repository, names):
    """The verdicts are those of a grade, a call that hangs is ended, and it is said to be none."""
    practice = grade_kernel(names, "", repository)
    assert {check.name: check.verdict for check in practice.checks} == {
        "test_double": Verdict.passed,
        "test_double_of_none": Verdict.passed,
        "test_half": Verdict.wrong,
        "test_left_alone": Verdict.timed_out,
    }
    assert "practice, not a grade" in repr(practice)
    assert "double, half" in repr(practice)
    assert "expected 1.5" in practice._repr_html_()
    assert practice.lacks == ("notebook.ipynb is not saved here: only the kernel was asked",)


@pytest.mark.parametrize("line", ["raise_signal(SIGINT)", "swallow()"])
def test_an_interrupt_of_the_kernel_ends_it(repository, names, line):
    """It is no error of the function that was asked, whatever that does with it."""
    before = signal.getsignal(signal.SIGINT), Path.cwd()
    code = """
from signal import SIGINT, raise_signal

def swallow():
    try:
        raise_signal(SIGINT)
    except BaseException:
        pass
"""
    exec(f"{code}\n\ndef double(n):\n    {line}\n    return 2 * n", names)
    with pytest.raises(KeyboardInterrupt):
        grade_kernel(names, "double", repository)
    assert (signal.getsignal(signal.SIGINT), Path.cwd()) == before


def test_an_export_or_a_check_is_named(repository, names):
    """`%grade double` asks what is about it, `%grade test_half` that check; needs come first."""
    asked = [check.name for check in grade_kernel(names, "double", repository).checks]
    assert asked == ["test_double", "test_double_of_none"]
    asked = [check.name for check in grade_kernel(names, "double_of_none", repository).checks]
    assert asked == ["test_double", "test_double_of_none"]


def test_what_a_fresh_run_would_lack_is_said(repository, names):
    """A function that is not saved, and a name that one uses."""
    save(repository, "def half(n):\n    return n")
    lacks = grade_kernel(names, "double", repository).lacks
    assert lacks == (
        "small.ipynb as it is saved defines no double: save it before you hand it in",
        "double needs FACTOR, which small.ipynb as it is saved does not define",
    )
    save(repository, CELL)
    assert grade_kernel(names, "double", repository).lacks == ()


RIGHT = "def double(n):\n    return None if n is None else twice(n)\n"
TWICE = "def twice(n):\n    return 2 * n\n"
NET = "class Net:\n    def ask(self, n):\n        return (lambda: twice(n))()\n"
BY_NET = "def double(n):\n    return None if n is None else Net().ask(n)\n"
OTHER = TWICE.replace("2", "3")
USES = "from helpers import double as twice\n"


@pytest.mark.parametrize(
    ("ran", "saved", "lacks"),
    [
        ([TWICE, RIGHT], [TWICE, RIGHT], []),
        ([TWICE, RIGHT, "half = double"], [TWICE, RIGHT, "half = double"], []),
        (
            [TWICE, RIGHT],
            [OTHER, RIGHT],
            ["twice, which double needs, is another in the saved small.ipynb than in the kernel"],
        ),
        (
            [TWICE, RIGHT],
            [TWICE, RIGHT, RIGHT.replace("None if", "0 if")],
            ["double in the saved small.ipynb is another than the kernel's"],
        ),
        (
            [TWICE, NET, BY_NET],
            [NET, BY_NET],
            ["double needs twice, which small.ipynb as it is saved does not define"],
        ),
        (
            [TWICE, NET, BY_NET],
            [TWICE, NET.replace("twice(n)", "n"), BY_NET],
            ["Net, which double needs, is another in the saved small.ipynb than in the kernel"],
        ),
        ([USES, RIGHT], [USES, RIGHT], ["double needs helpers.py, which lies beside small.ipynb"]),
        (
            ["X = open\n" + TWICE, RIGHT + "    open, X, In"],
            ["X = 1\n" + TWICE, RIGHT],
            ["double in"],
        ),
    ],
    ids="same renamed helper later deep method beside given".split(),
)
def test_what_was_changed_and_not_run_is_said(
    repository, no_secret, monkeypatch, ran, saved, lacks
):
    """Of all that a function uses; a cell that defines it once more, later, is what counts."""
    monkeypatch.chdir(repository)
    monkeypatch.syspath_prepend(str(repository))
    (repository / "small.py").rename(repository / "helpers.py")
    shell = InteractiveShell()
    for cell in ran:
        assert shell.run_cell(cell).success
    save(repository, *saved)
    found = grade_kernel(shell.user_ns, "test_double", repository).lacks
    monkeypatch.delitem(sys.modules, "helpers", raising=False)
    assert [told[: len(start)] for told, start in zip(found, lacks, strict=True)] == lacks


def test_nobody_types(repository, names, monkeypatch):
    """A kernel's own `input` asks a person, which no grade does."""
    monkeypatch.setattr("builtins.input", lambda *_: "3")
    exec("def double(n):\n    return 2 * int(input('n = '))", names)
    (check,) = grade_kernel(names, "test_double", repository).checks
    assert check.message.startswith("raised EOFError: EOF when reading a line")
    assert eval("input()", names) == "3"


def test_a_file_that_stays_open_costs_nothing(repository, names, monkeypatch):
    """Windows removes none; what was asked is told all the same."""

    def unlink(path, *, dir_fd=None):
        raise PermissionError(EACCES, "used by another process", path)

    exec("def double(n):\n    open('held.txt', 'w').close()\n    return 2 * n", names)
    monkeypatch.setattr("os.unlink", unlink)
    (check,) = grade_kernel(names, "test_double", repository).checks
    assert check.verdict is Verdict.passed


def test_what_students_wrote_is_escaped(repository, names):
    """The message of an exception is text in the page."""
    exec("def double(n):\n    raise ValueError('<script>alert(1)</script>')", names)
    page = grade_kernel(names, "double", repository)._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_extension_gives_a_magic(repository, no_secret, monkeypatch, capsys):
    """`%load_ext grader`, then `%grade`; what cannot be run is a sentence."""
    monkeypatch.chdir(repository)
    shell = InteractiveShell()
    shell.extension_manager.load_extension("grader")
    shell.user_ns["double"] = lambda n: 2 * n
    assert "✓ test_double " in repr(shell.run_line_magic("grade", "test_double"))
    assert shell.run_line_magic("grade", "zebra") is None
    assert "there is no check zebra" in capsys.readouterr().out


def test_nothing_is_left_in_the_students_folders(repository, names):
    """What a grade puts into the working folder lies in another, and is found there."""
    folder = repository / "assignments" / "small"
    (folder / "public").mkdir()
    (folder / "public" / "given.py").write_text("SIDES = 3\n")
    suite = folder / "test_small.py"
    suite.write_text(f"from .public import given\n{suite.read_text()}")
    there = {path for path in repository.rglob("*") if "__pycache__" not in path.parts}
    names["double"] = lambda n: 2 * n if n and Path("given.py").read_text() else None
    practice = grade_kernel(names, "double", repository)
    assert {check.verdict for check in practice.checks} == {Verdict.passed}
    assert {path for path in repository.rglob("*") if "__pycache__" not in path.parts} == there
