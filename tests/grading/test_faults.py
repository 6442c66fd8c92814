"""Faults of an assignment's author: each is told in one line, with file, line and a hint."""

import os
import re
import shutil
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.race import Rules
from grader.sandbox.opened import Sandbox
from tests.conftest import TINY

COMMANDS = ("selftest", "run", "pytest")
QUICKER = (pytest.param("selftest", marks=pytest.mark.slow), "run", "pytest")
HEAD = """\
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from .helpers import *

"""
HELPERS = """\
import torch
from hypothesis import strategies as st

from grader.race import Workload


@st.composite
def broken_numbers(draw):
    return draw(st.integers()) / 0  # strategy


def look_up(name):
    return {}[name]  # helper


def undrawn():
    def draw(rng):
        return (rng.integers(9) / {}["size"],)  # workload

    return Workload(draw=draw, check=lambda arguments, answer, truth: None)
"""


@dataclass(frozen=True)
class Fault:
    """A check with something wrong in the line that is marked with the fault's name."""

    name: str
    code: str
    words: str
    table: str = ""


def body(line, arguments="submission"):
    """Write a check with one call that is right and a line that is wrong."""
    return f'def NAME({arguments}):\n    """It."""\n    submission.double(1)\n    {line}  # MARK\n'


FAULTS = [
    Fault("no_data", body("submission.double(object())"), "FrameError: a object is not data"),
    Fault("export", body("submission.duoble(2)"), "did you mean 'double'?"),
    Fault("word", body("submission.double(sumbission)"), "'sumbission' is not defined; did you"),
    Fault(
        "parameter",
        body('parameters["epoch"]', "submission, parameters"),
        "KeyError: 'epoch'; did you mean 'epochs'?",
    ),
    Fault(
        "fixture",
        'def NAME(submision):  # MARK\n    """It."""\n',
        "there is no fixture 'submision'; did you mean 'submission'?",
    ),
    Fault(
        "argument",
        '@given(nubmer=st.integers())\ndef NAME(submission, number):\n    """It."""  # MARK\n',
        "InvalidArgument: test_argument",
    ),
    Fault(
        "strategy",
        '@given(number=broken_numbers())\ndef NAME(submission, number):\n    """It."""\n',
        "ZeroDivisionError: division by zero",
    ),
    Fault(
        "helper",
        'def NAME(submission):\n    """It."""\n    look_up("moon")\n',
        "KeyError: 'moon'",
    ),
    Fault(
        "unmeasured",
        'def NAME(submission, measure):  # MARK\n    """It."""\n    submission.guess()\n',
        "[measure.NAME] says what NAME earns, and ",
        "measure",
    ),
    Fault(
        "unraced",
        'def NAME(submission, race):  # MARK\n    """It."""\n    submission.guess()\n',
        "[speed.NAME] says what NAME earns, and ",
        "speed",
    ),
    Fault(
        "caught",
        "def NAME(submission, measure):  # MARK\n"
        '    """It."""\n    with pytest.raises(AssertionError):\n        measure(2)\n',
        "NAME catches what measure() or race() raises",
        "measure",
    ),
    Fault(
        "workload",
        "def NAME(submission, reference, race):\n"
        '    """It."""\n    race(submission.double, reference.double, workload=undrawn())\n',
        "KeyError: 'size'",
        "speed",
    ),
]
"""One check each; the line that is at fault ends in the fault's name."""


def check_of(fault, end):
    """Name the check of a fault in one of the two modules."""
    return f"test_{fault.name}{end}"


def write_checks(folder):
    """Make an assignment whose checks are all at fault; each is there again as a hidden one."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "helpers.py").write_text(HELPERS)
    points = tables = ""
    for end in ("", "_hidden"):
        text = HEAD
        for fault in FAULTS:
            name = check_of(fault, end)
            text += "\n\n" + fault.code.replace("NAME", name).replace("MARK", fault.name + end)
            points += f"{name} = 1\n"
            if fault.table:
                tables += f"\n[{fault.table}.{name}]\nfull = 1\nnone = 3\n"
        (folder / f"test_tiny{end}.py").write_text(text)
    toml = folder / "assignment.toml"
    start, _, limits = toml.read_text().partition("[points]")
    limits = limits[limits.index("[limits]") :]
    toml.write_text(f"{start}[points]\n{points}{tables}\n[parameters]\nepochs = 5\n\n{limits}")


def place_of(folder, fault, end):
    """Find the line that is marked with a fault, as a place is told."""
    marks = (f"# {fault.name}{end}", f"# {fault.name}")
    for mark in marks:
        for path in sorted(folder.rglob("*.py")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if line.endswith(mark):
                    return f"{path}:{number}"
    raise LookupError(fault.name)


def first_line(said, words):
    """Give the first line with some words in it."""
    found = [line for line in said.splitlines() if words in line]
    assert found, (words, said)
    return found[0]


class BorrowedZygote:
    """The tiny assignment's zygote, for copies of the assignment that lie elsewhere."""

    def __init__(self, zygote):
        self._zygote = zygote

    def __getattr__(self, name):
        return getattr(self._zygote, name)

    def fork(self, limits, private=()):
        """Fork a worker that sees the tiny assignment's own reference, if it may see any."""
        return self._zygote.fork(limits, (str(TINY / "reference"),) if private else ())


@pytest.fixture(scope="module")
def say(tmp_path_factory, tiny_sandbox):
    """Tell what a command says of an assignment, to its instructor or not."""
    sandbox = SimpleNamespace(
        zygote=BorrowedZygote(tiny_sandbox.zygote),
        assignment=tiny_sandbox.assignment,
        level=tiny_sandbox.level,
        shows=tiny_sandbox.shows,
        beside=tiny_sandbox.beside,
        close=lambda: None,
    )

    def run(command, folder, *, instructor=True, own_sandbox=False):
        more = ["--instructor"] if instructor and command != "selftest" else []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Rules, "__post_init__", lambda rules: set_field(rules, "generations", 1))
            if not own_sandbox:
                patch.setattr(Sandbox, "start", lambda *_args, **_more: sandbox)
            if command == "pytest":
                return say_pytest(folder, more, tmp_path_factory.mktemp("said") / "out", patch)
            options = ["--all"] if command == "run" else ["--only", "promises"]
            done = CliRunner().invoke(main, [command, str(folder), *more, *options])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.output

    return run


def set_field(record, name, value):
    """Change a field of a frozen record."""
    object.__setattr__(record, name, value)


def say_pytest(folder, options, out, patch):
    """Run pytest in this process, as its command line would; return what it prints."""
    own = ["-c", os.devnull, "--rootdir", str(folder.parent), "-p", "no:cacheprovider"]
    with out.open("w") as file:
        patch.setattr("sys.stdout", file)
        patch.setattr("sys.stderr", file)
        pytest.main([*own, "--capture=no", *options, str(folder)])
    return out.read_text()


@pytest.fixture(scope="module")
def told(tmp_path_factory, say):
    """Tell once what each command says of all checks that are at fault."""
    folder = tmp_path_factory.mktemp("faults") / "tiny"
    write_checks(folder)

    @cache
    def run(command, *, instructor=True):
        return folder, say(command, folder, instructor=instructor)

    return run


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_in_a_check_is_told_with_its_place(told, command, fault):
    """One line has file, line and what is wrong, in hidden checks as well."""
    folder, said = told(command)
    for end in ("", "_hidden"):
        place, words = (
            place_of(folder, fault, end),
            fault.words.replace("NAME", check_of(fault, end)),
        )
        assert any(place in line and words in line for line in said.splitlines())
    assert "INTERNALERROR" not in said


@pytest.mark.parametrize("command", ["run", "pytest"])
def test_a_fault_in_a_hidden_check_is_no_students_business(told, command):
    """Without --instructor it is told that there is one, and where it can be read about."""
    folder, said = told(command, instructor=False)
    pointer = first_line(said, "run it again with --instructor to see it")
    for fault in FAULTS:
        assert place_of(folder, fault, "") in said
        assert not re.search(r"test_tiny_hidden\.py:\d", said)
        assert check_of(fault, "_hidden") in pointer


SUITE_FAULTS = {
    "reference": ("reference/tiny_reference.py", "double(number)", "double(number", "never closed"),
    "suite": ("test_tiny.py", "def test_guess_is_near(", "def test_guess)(", "unmatched ')'"),
    "unknown module": ("test_tiny_hidden.py", "random\n", "randdom\n", "did you mean 'random'?"),
    "unknown class": ("test_tiny.py", "import Bowl", "import Bwol", "did you mean 'Bowl'?"),
    "unknown file": ("test_tiny.py", "public.bowls", "public.bowl", "did you mean 'bowls'?"),
    "raises": ("test_tiny.py", "import pytest\n", "import pytest\n{}['x']\n", "KeyError: 'x'"),
    "public raises": ("public/bowls.py", "ndarray\n", "ndarray\n1 / 0\n", "ZeroDivisionError"),
    "public syntax": ("public/bowls.py", "ndarray\n", "ndarray\nx = (1\n", "was never closed"),
    "worker": ("public/bowls.py", "ndarray\n", "ndarray\nfrom .more import x\n", "none relatively"),
    "parametrize": ("test_tiny.py", '("number", [', '("nubmer", [', "no argument 'nubmer'"),
    "returns": ("test_tiny.py", "assert submission", "return submission", "returns a value"),
    "async": ("test_tiny.py", "def test_guess", "async def test_guess", "is async"),
    "points": ("assignment.toml", "test_guess_is_near  ", "test_gess_is_near  ", "_gess_is_near'?"),
}
"""By name: a file of the tiny assignment, what stands in it, what is put there, words of it."""


@pytest.fixture
def tiny_copy(tmp_path):
    """Copy the tiny assignment, with a module that its public one might import."""
    folder = shutil.copytree(TINY, tmp_path / "tiny", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "public" / "more.py").write_text("x = 1\n")
    return folder


@pytest.mark.parametrize("command", QUICKER)
@pytest.mark.parametrize("fault", SUITE_FAULTS)
def test_a_fault_of_the_whole_suite_is_told_with_its_place(tiny_copy, say, command, fault):
    """What keeps all checks from running is one sentence with file and line."""
    name, old, new, words = SUITE_FAULTS[fault]
    path = tiny_copy / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    said = say(command, tiny_copy, own_sandbox=fault == "worker")
    assert re.search(rf"{re.escape(str(path))}:\d+: ", first_line(said, words))
    assert "INTERNALERROR" not in said
    assert command == "pytest" or "Traceback" not in said


@pytest.mark.parametrize("command", QUICKER)
def test_public_modules_that_import_one_another_are_told(tiny_copy, say, command):
    """A circular import is told with the line that asked for what was not there yet."""
    folder = tiny_copy / "public"
    (folder / "more.py").write_text("from .bowls import Bowl\n")
    bowls = folder / "bowls.py"
    bowls.write_text(
        bowls.read_text().replace("import ndarray\n", "import ndarray\nfrom . import more\n")
    )
    said = first_line(say(command, tiny_copy), "circular import")
    assert f"{folder / 'more.py'}:1: ImportError" in said


def test_a_hidden_module_that_cannot_be_imported_tells_students_nothing(tiny_copy, say):
    """Public checks cannot be believed then either, but say nothing of the hidden ones."""
    path = tiny_copy / "test_tiny_hidden.py"
    path.write_text("import no_such_module\n" + path.read_text())
    for command in ("run", "pytest"):
        said = say(command, tiny_copy, instructor=False)
        assert "no_such_module" not in said
        assert f"{path}:" not in said
        assert "This grade is withheld: 6 checks" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "import numpy as np\n",
            "import numpy as np\n1 / 0\n",
            ":4: ZeroDivisionError: division by zero",
        ),
        ("def guess", "def gues", " defines no guess; did you mean 'gues'?"),
    ],
)
def test_a_selftest_says_first_why_the_reference_is_not_whole(tiny_copy, say, old, new, words):
    """A reference that stops when it is loaded, or lacks an export, is named once."""
    path = tiny_copy / "reference" / "tiny_reference.py"
    path.write_text(path.read_text().replace(old, new, 1))
    said = say("selftest", tiny_copy)
    assert said.splitlines()[0] == "✗ the reference can be loaded"
    assert f"{path}{words}" in said


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise ValueError(number)", "reference.py:8: raised ValueError: 0"),
        ("while True: pass", "reference.py:8: no answer after 2 s"),
        ("return 0", "test_tiny.py:16: expected"),
    ],
)
def test_a_selftest_says_where_the_reference_lost(tiny_copy, say, code, words):
    """Each loss of the reference has the line that it stopped at, or that asked for more."""
    path = tiny_copy / "reference" / "tiny_reference.py"
    path.write_text(path.read_text().replace("return number * 2", code))
    assert words in say("selftest", tiny_copy)


def test_what_a_helper_asserts_is_explained(tiny_copy, say):
    """Without a message of its own, in a module of its own, over several lines."""
    helper = "def is_twice(got, number):\n    assert (\n        got == 2 * number\n    )\n"
    (tiny_copy / "helpers.py").write_text(helper)
    suite = tiny_copy / "test_tiny.py"
    text = suite.read_text().replace(
        "assert submission.double(number) == number + number",
        "is_twice(submission.double(number), number + 1)",
    )
    suite.write_text(text.replace("from .public", "from .helpers import is_twice\nfrom .public"))
    assert "expected 2\n    got 0\n" in say("run", tiny_copy)
    assert f"{tiny_copy / 'helpers.py'}:2: expected 2" in say("selftest", tiny_copy)
