"""A submission's source is run as far as it goes, and what is missing has a reason."""

import ast
import inspect
import json
import linecache
import math
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.inside import alarm, cells, source, statements, traceback_text

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
SNIPPETS = [
    pytest.param(cell, id=cell["metadata"]["expect"]["title"])
    for cell in json.loads((NOTEBOOKS / "snippets.ipynb").read_text())["cells"]
]


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    """Stand in a folder of its own: a notebook may write a file there."""
    monkeypatch.chdir(tmp_path)


def traced(error: BaseException) -> str:
    """Give the student's frames, and the error as the last line."""
    frames = traceback_text.student_traceback(error)
    return "\n".join(filter(None, [frames, traceback_text.error_line(error)]))


class Ran:
    """One run of a source, with everything that it told."""

    def __init__(
        self, *texts, kind="ipynb", mode="definitions", seconds=5.0, skip=(), tags=(), wanted=()
    ):
        self.module = types.ModuleType("hw2_of_a_test")
        self.steps: list[dict] = []
        parts = [(number, text, list(tags)) for number, text in enumerate(texts, kind == "ipynb")]
        self.report = source.run_source(
            kind,
            f"hw2.{kind}",
            parts,
            source.RunPlan(mode, tuple(wanted), seconds, skip=frozenset(skip)),
            self.module,
            self.steps.append,
        )
        sys.modules.pop("hw2_of_a_test")
        json.dumps(self.report)
        self.names, self.failed = self.report["names"], self.report["failed"]
        self.left_out = self.report["left_out"]

    def __getattr__(self, name):
        return getattr(self.module, name)


def raised(call, *args) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - which one is the caller's
        call(*args)
    return caught.value


@pytest.mark.parametrize("cell", SNIPPETS)
def test_snippets_of_real_notebooks(cell):
    """Each snippet defines, fails and leaves out what its cell's metadata says."""
    expect = cell["metadata"]["expect"]
    ran = Ran("".join(cell["source"]), tags=cell["metadata"]["tags"])
    defined = set(expect["defined"])
    assert defined <= set(ran.names)
    if "sin" not in defined:
        assert defined == set(ran.names)
    if expect.get("broken"):
        assert [entry["error"].partition(":")[0] for entry in ran.failed] == ["SyntaxError"]
    else:
        assert [name for entry in ran.failed for name in entry["names"]] == expect["failed"]
    assert len(ran.left_out) == expect["left_out"]


def test_a_cell_keeps_its_line_numbers():
    """Where magics span several lines, and blank ones lead, a traceback still points right."""
    text = "\n\n%%time\n!ls \\\n  -l\n%matplotlib \\\n inline\n\ndef f(x):\n    return x / 0\n"
    ran = Ran("x = 1", "y = 1", text)
    trace = traced(raised(ran.f, 1))
    assert trace == (
        "hw2.ipynb cell 3, line 10, in f\n    return x / 0\nZeroDivisionError: division by zero"
    )


def test_an_assignment_that_fails_loses_only_itself():
    """Its names are undefined, the report says why, and the next statements run."""
    ran = Ran("a = 1", "first, second = a / 0\nb = 2\nc: int = first", "d = 4")
    assert ran.names == ["a", "b", "d"]
    assert ran.failed == [
        {
            "at": 5,
            "cell": 2,
            "line": 1,
            "names": ["first", "second"],
            "statement": "first, second = a / 0",
            "error": "ZeroDivisionError: division by zero",
            "outlived": False,
        },
        {
            "at": 7,
            "cell": 2,
            "line": 3,
            "names": ["c"],
            "statement": "c: int = first",
            "error": "NameError: name 'first' is not defined",
            "outlived": False,
        },
    ]


def test_an_assignment_that_takes_too_long_is_stopped():
    """It counts as failed, and the rest runs."""
    start = time.monotonic()
    ran = Ran("import time\nx = time.sleep(60)\ny = 1", seconds=0.2)
    assert time.monotonic() - start < 40  # and not 60
    assert ran.names == ["time", "y"]
    assert ran.failed[0]["error"] == "no result after 0.2 s"
    assert (ran.failed[0]["at"], ran.failed[0]["outlived"]) == (3, True)


def test_code_that_swallows_the_alarm_once_is_rung_again():
    """A bare except in a loop does not outlive the limit by more than moments."""
    text = "def f():\n    n = 0\n    while n < 3:\n        try:\n            while True: pass\n"
    text += "        except BaseException: n += 1\n    while True: pass\nx = f()\ny = 1"
    ran = Ran(text, seconds=0.1)
    assert (ran.names, ran.failed[0]["names"]) == (["f", "y"], ["x"])


def test_signal_handlers_and_timers_come_back():
    """A run leaves the process's alarm as it was."""
    before = signal.getsignal(signal.SIGALRM)
    assert alarm.run_within(0.05, lambda: time.sleep(5)).__class__ is alarm.Overtime
    assert alarm.run_within(0, lambda: None) is None
    assert signal.getsignal(signal.SIGALRM) is before


@pytest.mark.parametrize(
    "error", ["SystemExit(0)", "KeyboardInterrupt", "GeneratorExit", "BaseException"]
)
def test_leaving_is_data(error):
    """Whatever is raised at the top level, the run goes on."""
    ran = Ran(f"def leave(): raise {error}\nx = leave()\ny = 1")
    assert (ran.names, len(ran.failed)) == (["leave", "y"], 1)


def test_each_step_is_announced_before_it_is_taken():
    """So the outside knows where a run hung, and may leave that step out on a second try."""
    first = Ran("x = 1\nprint(x)\ny = 2", "z = 3")
    assert first.steps == [
        {"at": 0, "cell": 1, "line": 1},
        {"at": 1, "cell": 2, "line": 1},
        {"at": 2, "cell": 1, "line": 1},
        {"at": 3, "cell": 1, "line": 1},
        {"at": 5, "cell": 1, "line": 3},
        {"at": 6, "cell": 2, "line": 1},
    ]
    second = Ran("x = 1\nprint(x)\ny = 2", "z = 3", skip={5, 6})
    assert second.names == ["x"]
    assert [entry["names"] for entry in second.failed] == [["y"], ["z"]]
    assert "no result in time" in second.failed[0]["error"]


def test_mode_all_runs_everything():
    """Loops and calls too; what fails is named."""
    ran = Ran("seen = []", "for i in range(3):\n    seen.append(i)\nseen.append(1 / 0)", mode="all")
    assert ran.seen == [0, 1, 2]
    assert [entry["statement"] for entry in ran.failed] == ["seen.append(1 / 0)"]


def test_a_tag_overrides_the_mode():
    """grade:skip and grade:definitions in a notebook that is run whole."""
    assert Ran("x = 1", mode="all", tags=["grade:skip"]).names == []
    ran = Ran("for x in [1]: pass", mode="all", tags=["other", "grade:definitions"])
    assert [(entry["what"], entry["names"]) for entry in ran.left_out] == [
        ("for x in [1]: pass", ["x"])
    ]


def test_a_magic_that_takes_a_cell_says_what_went_with_it():
    """A solution in %%writefile is a file that is there, and the report can say where it went."""
    ran = Ran("%%writefile hw2.py\nimport torch\ndef classify(g, H):\n    return 1\nx: int = 3")
    assert ran.left_out == [
        {
            "cell": 1,
            "line": 1,
            "what": "the cell, by its %%writefile hw2.py",
            "lacking": False,
            "names": ["torch", "classify", "x"],
        }
    ]


def test_a_broken_cell_loses_only_itself():
    """A syntax error costs its own cell, and the names in it are listed."""
    ran = Ran("a = 1", "def f(x)\n    return x\nb = 2", "c = 3")
    assert ran.names == ["a", "c"]
    assert (ran.failed[0]["cell"], ran.failed[0]["line"]) == (2, 1)
    assert ran.failed[0]["names"] == ["f", "b"]
    assert ran.failed[0]["statement"] == "def f(x)"
    assert ran.failed[0]["error"].startswith("SyntaxError: expected ':'")


def test_a_command_that_alone_is_wrong_is_salvaged():
    """A cell with a command in a place where even Jupyter would not take it keeps the rest."""
    ran = Ran("x = 1\nif x: pass\n/\ny = 2", "def f():\n    return 1\n    ! \n%\nz = 1")
    assert "z" in ran.names
    assert "f" in ran.names


def test_without_ipython_commands_are_blanked(monkeypatch):
    """Where IPython is not installed, lines that begin as commands are left out."""
    monkeypatch.setitem(sys.modules, "IPython.core.inputtransformer2", None)
    ran = Ran("!ls\n%matplotlib inline\nif True:\n    !ls\nx = 1\nmath?\ny = 2")
    assert ran.names == ["x", "y"]


def test_plain_cells_do_not_import_ipython():
    """Only a cell that is no Python pays for the transformer."""
    code = (
        "import sys, types; from grader.inside import source\n"
        "source.run_source('ipynb', 'a.ipynb', [(1, 'x = 1', [])], source.RunPlan(wanted=('x',)),"
        " types.ModuleType('a'), lambda at: None)\n"
        "print('IPython' in sys.modules, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_a_future_import_holds_for_later_cells():
    """Annotations stay texts in cells after the import, as in Jupyter."""
    ran = Ran("from __future__ import annotations", "class A:\n    def f(self, x: Later): ...")
    assert ran.module.A.f.__annotations__ == {"x": "Later"}


def test_dataclasses_find_their_module():
    """Text annotations of a dataclass are looked up in the notebook's module."""
    ran = Ran(
        "from __future__ import annotations\nfrom dataclasses import dataclass",
        "@dataclass\nclass A:\n    x: int = 1",
        "a = A()",
    )
    assert ran.a.x == 1


def test_the_source_of_a_function_can_be_asked_for():
    """inspect.getsource works in a cell, as torch.compile and others need."""
    ran = Ran("x = 1", "def f(x):\n    return x + 1\n")
    assert inspect.getsource(ran.f) == "def f(x):\n    return x + 1\n"


def test_the_dtype_is_set():
    """torch.set_default_dtype is one of the few calls that are made."""
    setup = "calls = []\nclass torch:\n    set_default_dtype = manual_seed = calls.append\n"
    ran = Ran(setup + "torch.manual_seed(0)\ntorch.set_default_dtype(64)")
    assert ran.calls == [64]


def test_a_file_is_run_whole():
    """Calls, loops and all; the main guard is not entered."""
    ran = Ran(
        "xs = []\nfor i in range(3): xs.append(i)\nif __name__ == '__main__': main()", kind="py"
    )
    assert (ran.xs, ran.failed, ran.report["syntax_error"]) == ([0, 1, 2], [], None)
    assert ran.steps == [{"at": 0, "cell": 0, "line": 1}]


def test_a_file_that_stops_keeps_what_was_defined_before():
    """The names after it are listed with the line that stopped the import."""
    text = "def gradient(): ...\nx = 1\ndef fail():\n    return 1 / 0\nx = 2\nfail()\n\n"
    text += "def classify(): ...\nx, y = 3, 4\n"
    ran = Ran(text, kind="py")
    assert ran.names == ["gradient", "x", "fail"]
    assert ran.failed == [
        {
            "at": 0,
            "cell": 0,
            "line": 6,
            "names": ["classify", "y"],
            "statement": "fail()",
            "error": "ZeroDivisionError: division by zero",
            "outlived": False,
        }
    ]


def test_a_file_that_trains_at_import_is_stopped():
    """What it defined before stays."""
    ran = Ran("def f(): ...\nwhile True: pass\ndef g(): ...", kind="py", seconds=0.2)
    assert (ran.names, ran.failed[0]["names"], ran.failed[0]["line"]) == (["f"], ["g"], 2)
    assert not ran.failed[0]["outlived"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("x = 1\ndef f(:\n", 2, "invalid syntax"),
        ("if True:\nx = 1", 2, "expected an indented block"),
        ("x = 'a", 1, "unterminated string literal"),
        ("(" * 5000, 1, "too many nested parentheses"),
        ("x = 1\nreturn x", 2, "'return' outside function"),
        ("x = " + "-" * 100_000 + "1", 0, ""),
    ],
)
def test_a_syntax_error_in_a_file_is_data(text, line, words):
    """Line, text and message come back, and nothing is defined."""
    ran = Ran(text, kind="py")
    found = ran.report["syntax_error"]
    assert (found["line"], ran.names, ran.failed) == (line, [], [])
    assert words in found["message"]
    assert found["text"] == traceback_text.clip(text.split("\n")[line - 1] if line else "", 120)


def test_a_second_try_without_the_file_names_what_it_would_define():
    """Where the file itself ended the process, even its parsing is not tried again."""
    ran = Ran("import os\nos._exit(1)\ndef f(): ...\nx = 1", kind="py", skip={0})
    assert (ran.names, ran.failed[0]["names"], ran.steps) == ([], ["os", "f", "x"], [])


def test_a_traceback_shows_only_the_students_frames():
    """Frames of Python's library and of the grader are left out."""
    ran = Ran("import json\ndef f():\n    return json.loads('{')\n", kind="py")
    trace = traced(raised(ran.f))
    assert trace.startswith("hw2.py, line 3, in f\n    return json.loads('{')\nJSONDecodeError: ")
    assert trace.count("line") == 2


def test_a_deep_recursion_is_cut_in_the_middle():
    """At most 12 frames and 2,000 characters, the first and the last kept."""
    ran = Ran("def f(n):\n    return f(n + 1)\ndef g():\n    return f(0)\n", kind="py")
    trace = traced(raised(ran.g))
    assert len(trace) <= traceback_text.TRACEBACK_LIMIT
    assert trace.count("hw2.py, line") == 12
    assert trace.startswith("hw2.py, line 4, in g\n")
    assert "more frames" in trace
    assert trace.rpartition("\n")[2].startswith("RecursionError: ")


HOSTILE = """
class Silent(Exception):
    def __str__(self): raise SystemExit
class Huge(Exception):
    def __str__(self): return "x" * 10_000_000
class Text(str):
    def __getitem__(self, item): raise KeyboardInterrupt
    def __len__(self): raise KeyboardInterrupt
class Sly(Exception):
    def __str__(self): return Text("sly")
class Meta(type):
    __name__ = property(lambda self: 1 / 0)
class Nameless(Exception, metaclass=Meta): pass
class Liar(Exception):
    __class__ = property(lambda self: int)
    __traceback__ = property(lambda self: 5)
class Half(Exception):
    def __str__(self): return "\\ud800"
def f(name): raise globals()[name]
"""


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("Silent", "Silent: (its message cannot be shown)"),
        ("Huge", None),
        ("Sly", "Sly: sly"),
        ("Nameless", "Nameless"),
        ("Liar", "Liar"),
        ("Half", "Half: \\ud800"),
    ],
)
def test_a_hostile_exception_is_told_all_the_same(name, last):
    """Its text raises, is huge, lies about its class or its traceback: frames and kind come out."""
    ran = Ran(HOSTILE, kind="py")
    try:
        ran.f(name)
    except Exception as error:  # noqa: BLE001 - a class with a lying metaclass among them
        trace = traced(error)
    assert trace.startswith("hw2.py, line 19, in f\n    def f(name): raise globals()[name]\n")
    assert len(trace) <= traceback_text.TRACEBACK_LIMIT
    assert last is None or trace.endswith("\n" + last)
    trace.encode()


def test_a_traceback_without_a_line_cache(monkeypatch):
    """A student who breaks linecache loses the frames, not the error."""
    ran = Ran("def f(): return 1 / 0", kind="py")
    error = raised(ran.f)
    monkeypatch.setattr(linecache, "getline", None)
    assert traced(error) == "ZeroDivisionError: division by zero"


def test_a_report_is_bounded():
    """Thousands of failures and long names come back clipped."""
    text = "\n".join(f"x{i}{'y' * 5000} = 1 / 0" for i in range(300))
    ran = Ran(text, "\n".join(f"n{i} = 1" for i in range(2000)))
    assert len(ran.failed) == 200
    assert len(ran.names) == source.NAME_LIMIT
    assert len(json.dumps(ran.report)) < 200_000


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a.b, c as d\nfrom e import f as g, h", "a d g h"),
        ("(a, [b, *c]), d.e, f[0] = x", "a b c"),
        ("a = b = lambda q: (c := 1)", "a b"),
        ("a = [b for b in c]", "a"),
        ("if x:\n    a = 1\nelif y:\n    b = 1\nelse:\n    c = 1", "a b c"),
        ("with x as (a, b):\n    c = 1", "a b c"),
        ("try:\n    import a\nexcept E as e:\n    a = b = 1", "a b"),
        ("for a, b in c:\n    d += 1", "a b d"),
        ("match x:\n    case [a, *b]:\n        c = 1", "a b c"),
        ("print(a := 1)\nb: int\nc: int = 1", "a c"),
        ("class A:\n    b = 1\nasync def f():\n    c = 1", "A f"),
    ],
)
def test_names_that_a_statement_binds(text, names):
    """Names of inner scopes are not among them."""
    assert sorted(statements.names_of(ast.parse(text))) == names.split()


lines = st.sampled_from(
    [
        *(
            "%time x = 1",
            "!ls \\",
            "  -l",
            "x = 1",
            "def f():",
            "    return 1",
            "    !ls",
            "%%time",
        ),
        *(
            "y = %pwd",
            "z = !ls",
            "f?",
            "'''",
            "(",
            ")",
            "",
            "if x:",
            "    %cd",
            "else:",
            ">>> x",
            "\\",
        ),
        *(
            "?",
            "!",
            "%",
            "/f x",
            ",f x",
            "é = 2",
            "x = '%'",
            "\x0c",
            "# c",
            "@f",
            "%%bash",
            "  y = 1",
        ),
    ]
)


@settings(max_examples=300)
@given(st.lists(lines, max_size=8))
@example(["!ls \\", "\x0c"])
@example(["!ls \\", "  -l", "s = 'a\u2028b\x1c'", ">>> x"])
def test_any_cell_is_parsed_or_refused_and_keeps_its_lines(rows):
    """Whatever the mixture of magics and code, each statement's line is that of its text."""
    text = "\n".join([*rows, "marker_of_the_end = 1"])
    parsed = cells.parse_cell(text, "a cell")
    for node in parsed.body:
        if statements.names_of(node) == ["marker_of_the_end"]:
            assert node.lineno == len(rows) + 1


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_runs_or_fails_as_data(text):
    """No text of a cell gets an exception out of the runner."""
    source.run_source(
        "ipynb",
        "a.ipynb",
        [(1, f"if False:\n pass\n{text}", [])],
        source.RunPlan(wanted=("f",), seconds=1),
        types.ModuleType("a_test"),
        [].append,
    )


def test_pi_is_pi_after_a_star_import():
    """``from x import *`` is an import."""
    assert Ran("from math import *").pi == math.pi


@pytest.mark.parametrize(
    "head",
    [
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "get_ipython().system('pip install torch')",
        "if True:\n    get_ipython().magic('pylab')",
        "from IPython import get_ipython\n# %%\nget_ipython().run_cell_magic('bash', '', 'ls\\n')",
        "get_ipython().run_line_magic('time', 'x = 1')\nassert x == 1",
        "get_ipython().run_cell_magic('time', '', 'import math\\ndef g(n):\\n    return n / 0\\n')",
    ],
)
def test_a_script_made_from_a_notebook_does_without_its_commands(head):
    """As `jupyter nbconvert` and VS Code write it: what of them can be said in Python is run."""
    ran = Ran(f"{head}\ndef f(n):\n    return n\n", kind="py")
    assert not ran.failed
    assert ran.f(3) == 3
    if "g(n)" in head:
        assert traced(raised(ran.g, 1)).startswith("hw2.py, line 1, in g")


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    get_ipython().system('ls')\n    K = 2\nexcept NameError:\n    K = 1\n",
        "seen = []\ndef get_ipython():\n    return seen\nget_ipython().append(1)\nK = len(seen)\n",
    ],
)
def test_a_script_that_asks_for_jupyter_is_told_as_by_python(text):
    """There is none; and what it defines itself under that name is its own."""
    assert Ran(text, kind="py").K == 1
