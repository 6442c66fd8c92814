"""Loading in real workers: a slice, what is added to it, and what is left out for good."""

import json
import re

import pytest

from grader.assignment.folder import load_assignment
from grader.sandbox import Raised, Returned
from grader.sandbox.opened import Sandbox
from grader.sandbox.outcome import ExportMissingError
from grader.source.beside import Beside
from grader.source.handin import Source, load_handin
from grader.source.notebook import Cell
from grader.submission.allowance import Allowance
from grader.submission.client import Client
from grader.submission.loading import Loader
from tests.sandbox.walls import strong


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A sandbox of a small assignment with exports `e` and `use`, and a second for each load."""
    folder = tmp_path_factory.mktemp("small") / "small"
    (folder / "public").mkdir(parents=True)
    (folder / "public" / "table.txt").write_text("given")
    (folder / "public" / "given.py").write_text("def helped(): return 1")
    points = "".join(f"test_{n} = 1\n" for n in range(10))
    (folder / "assignment.toml").write_text(
        'title = "Small"\naccepts = ["small.ipynb"]\nexports = ["e", "use"]\n'
        f"[points]\n{points}[limits]\nload_seconds = 2\nsubmission_seconds = 5\n"
    )
    (folder / "test_small.py").write_text("")
    sandbox = Sandbox(strong(public=str(folder / "public")), load_assignment(folder))
    yield sandbox
    sandbox.close()


def notebook(*texts, files=()):
    """A notebook of these cells."""
    cells = tuple(Cell(number, text) for number, text in enumerate(texts, 1))
    return Source("small.ipynb", "", "ipynb", cells, files=tuple(files))


def calls_of(sandbox, *texts, **more):
    client = Client(sandbox, notebook(*texts), sandbox.assignment, **more)
    return client, client.begin(1)


def test_a_name_that_is_missed_is_loaded_and_the_call_made_again(small):
    """What no analysis sees costs nothing: a fresh worker, with what the last one had kept."""
    client, calls = calls_of(
        small,
        "BOUND = 4\ndef use(box):\n    box.n += 1\n    return box.n, eval('BOU' + 'ND')",
        "def e():\n    return Box()\nclass Box:\n    n = 0",
    )
    try:
        kept = calls.make("e", (), {}).value
        assert calls.make("use", (kept,), {}) == Returned((1, 4))
        assert client.loader.also == {"BOUND"}
        assert calls.make("use", (kept,), {}).value[0] == 2
    finally:
        calls.end()


def test_a_name_that_nobody_binds_stays_missing(small):
    """There is nothing to load then."""
    client, calls = calls_of(small, "def e():\n    return nowhere", "def use(x): pass")
    try:
        assert isinstance(calls.make("e", (), {}), Raised)
        assert not client.loader.also
    finally:
        calls.end()


def test_what_outlived_its_time_is_left_out_in_every_check_alike(small):
    """The worker in which it was stopped half-way is not used."""
    text = "import time\nheld = 1\nheld = [time.sleep(0.1) for _ in range(1000)]"
    client, calls = calls_of(small, text, "done = 2\ndef e():\n    return done, len(held)")
    try:
        outcome = calls.make("e", (), {})
        assert outcome.kind == "NameError"
        assert "cell 1, line 3 stopped with no r" in client.loader.why_undefined("held")
        first = client.loader.skip
        assert len(first) == 1
        assert client.begin(2).make("e", (), {}).kind == "NameError"
        assert client.loader.skip == first
    finally:
        client.calls.end()


def test_loading_again_takes_nothing_of_the_submissions_time(small, monkeypatch):
    """What every check must load counts once; its cost is told."""
    monkeypatch.setattr(Loader, "_all_seconds", lambda _self: 3)
    allowance = Allowance(5)
    client = Client(
        small,
        notebook("import time\nx = time.sleep(1)\ndef e():\n    return x"),
        small.assignment,
        allowance=allowance,
    )
    try:
        with allowance.counted():
            for seed in range(4):
                assert client.begin(seed).make("e", (), {}) == Returned(None)
        assert allowance.spent < 4
        told = client.loader._described_loading()
        found = re.search(r"\(([\d.]+) s in each check: cell 1, line 2 of", told)
        assert float(found[1]) >= 1
    finally:
        client.calls.end()


def test_files_are_found_by_their_names(small, tmp_path):
    """Those of public/ in the working folder, and modules and data that came along."""
    text = "import helpers\ndef e():\n    names = 'table.txt', 'own.csv'\n"
    text += "    return [open(name).read() for name in names] + [helpers.x]"
    cell = {"cell_type": "code", "source": text, "outputs": [], "metadata": {}}
    (tmp_path / "small.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}))
    (tmp_path / "helpers.py").write_text("x = 'helped'")
    (tmp_path / "own.csv").write_text("mine")
    (tmp_path / "picture.png").write_text("not taken along")
    source = load_handin(tmp_path, ("small.ipynb",))
    assert [file.name for file in source.files] == ["helpers.py", "own.csv"]
    assert any("picture.png" in notice for notice in source.notices)
    client = Client(small, source, small.assignment)
    try:
        assert client.begin(1).make("e", (), {}).value == ["given", "mine", "helped"]
    finally:
        client.calls.end()


def test_what_is_learnt_after_a_mark_can_be_forgotten(small):
    """A name that was missed is missed again, and loading is paid for as if it were the first."""
    allowance = Allowance(5)
    client, calls = calls_of(
        small,
        "BOUND = 4\ndef e():\n    return eval('BOU' + 'ND')\ndef use(): pass",
        allowance=allowance,
    )
    loader, forget = client.loader, client.mark()
    assert calls.make("e", (), {}) == Returned(4)
    assert (loader.also, loader.report is None) == ({"BOUND"}, False)
    forget()
    assert (loader.also, loader.report, allowance.spent) == (set(), None, 0)
    calls.end()


def test_a_file_of_python_is_ended_by_one_clock(small, monkeypatch):
    """From outside: no alarm rings in it that could come first, and leave what stands above."""
    monkeypatch.setattr(Loader, "_seconds", lambda _self: (20, 20))
    text = "import time\ndef use():\n    return 1\ntime.sleep(2.5)\ndef e():\n    return 2\n"
    client = Client(small, Source("small.py", "", "py", (Cell(0, text),)), small.assignment)
    calls = client.begin(1)
    try:
        assert calls.make("e", (), {}) == Returned(2)
        assert client.loader.report.report.failed == ()
    finally:
        calls.end()


@pytest.mark.parametrize(
    "lines",
    [
        "args = argparse.ArgumentParser().parse_args()",
        "assert sys.argv == ['small.py']",
        "os.chdir(os.path.dirname(__file__))",
        "assert os.path.samefile(os.path.dirname(__file__), '.')",
        "class Shown: x = 1\nassert inspect.getsource(Shown) == 'class Shown: x = 1\\n'",
        "assert open(__file__).readline() == 'import argparse, inspect, os, sys\\n'",
        "assert os.path.samefile(inspect.getsourcefile(sys.modules[__name__]), 'small.py')",
    ],
)
def test_a_script_is_started_as_at_home(small, lines):
    """By its own name, with no words behind it, from the folder in which its file lies."""
    text = f"import argparse, inspect, os, sys\n{lines}\ndef e():\n    return 1\n"
    client = Client(small, Source("small.py", "", "py", (Cell(0, text),)), small.assignment)
    try:
        assert client.begin(1).make("e", (), {}) == Returned(1)
    finally:
        client.calls.end()


HELPER = "def helped():\n    return 1\n"
BROKEN = HELPER.replace("return 1", "return 1 / 0")


def helped_by(sandbox, files, text="from helper import helped", coded="utf-8"):
    """Call a script that is helped by files beside it, of which the first is `helper`."""
    beside = tuple(Beside(name, held.encode(coded)) for name, held in files.items())
    text += "\ndef e():\n    return helped()\n"
    source = Source("small.py", "", "py", (Cell(0, text),), files=beside)
    client = Client(sandbox, source, sandbox.assignment)
    calls = client.begin(1)
    try:
        return calls.make("e", (), {})
    finally:
        calls.end()


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("from helper import *", {"helper.py": "from second import helped", "second.py": HELPER}),
        ("import helper\nfrom helper import helped", {"helper.py": f"import small\n{HELPER}"}),
        ("from test import helped", {"test.py": HELPER}),  # Python has a package of that name
        ("import random\nimport numpy.fft", {"random.py": "1 / 0", "numpy.py": "1 / 0"}),
        ("from given import helped", {"given.py": BROKEN}),
        (
            "import runpy\nhelped = runpy.run_module('helper')['helped']",
            {"helper.py": HELPER},
        ),
        (
            "import helper, importlib\nfrom helper import helped\nimportlib.reload(helper)",
            {"helper.py": HELPER},
        ),
    ],
)
def test_a_module_beside_is_imported_as_at_home(small, text, files):
    """Before a library of its name, but never for one of Python's own, or for what is given."""
    text = text if "helped" in text or "*" in text else f"{text}\n{HELPER}"
    assert helped_by(small, files, text) == Returned(1)


def test_what_goes_wrong_in_a_module_beside_is_told_by_its_line(small):
    """When it is called, and when it is imported, which leaves nothing after that."""
    assert "helper.py, line 2, in helped" in helped_by(small, {"helper.py": BROKEN}).traceback
    with pytest.raises(ExportMissingError, match=r"line 1 stopped .* \(in helper.py line 2\)"):
        helped_by(small, {"helper.py": f"x = 1\nx / 0\n{HELPER}"})
    with pytest.raises(ExportMissingError, match=r"line 1 stopped .*helper.py, line 2"):
        helped_by(small, {"helper.py": f"x = 1\nx = 'café'\n{HELPER}"}, coded="latin-1")


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("from code import helped", {"code.py": HELPER}),  # not imported by then
        ("from types import helped", {"types.py": HELPER}),
        ("import types\nhelped = types.helped", {"types.py": HELPER}),
        (
            "from second import helped",
            {"second.py": "from code import helped", "code.py": HELPER},
        ),
    ],
)
def test_a_module_beside_with_a_name_of_pythons_is_told_to_take_another(small, text, files):
    """Python's is imported in its place, and has nothing of what is looked for."""
    name = next(name for name in reversed(files)).removesuffix(".py")
    said = f"when it is graded {name} is Python's own module, and not the {name}.py beside it"
    with pytest.raises(ExportMissingError, match=f"helped'.*: {said}: give that another name"):
        helped_by(small, files, text)


@pytest.mark.parametrize(
    "cells",
    [
        ["!mkdir pkg", "%%writefile pkg/a.py\nK = 1", "from pkg.a import K"],
        ["%%writefile pkg/a.py\nK = 1", "from pkg.a import K"],  # where the folder is at home
        ["%%writefile a.py\nK = 1", "from a import K", "%%writefile a.py\nK = 2"],
        ["%mkdir sub", "%cd sub", "%%writefile a.py\nK = 1", "%cd ..", "from sub.a import K"],
        ["%mkdir sub", "%cd sub", "%%writefile a.py\nK = 1", "from a import K"],
        ["%%writefile small.py\nK = 1", "from small import K"],
        ["%%writefile a.py\nimport sys\nsys.K = 1", "import a", "import sys\nK = sys.K"],
        ["%%file a.py\nK = 2", "import a", "%%file a.py\nK = 1", "%run a.py"],
        ["%%writefile a.txt\n1", "%%writefile -a a.txt\n2", "K = len(open('a.txt').read()) // 4"],
    ],
)
def test_a_notebooks_file_is_written_when_its_turn_comes(small, cells):
    """Its cell is a step among the others: folders are made before, it is imported after."""
    _, calls = calls_of(small, *cells, "def e():\n    return K")
    try:
        assert calls.make("e", (), {}) == Returned(1)
    finally:
        calls.end()
