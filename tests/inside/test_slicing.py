"""Of a notebook what its exports need is run, and the answers are those of running everything."""

import ast
import copy
import json
import re
import signal
import sys
import time
import types
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.inside import alarm, slicing, source
from grader.inside.steps import steps_of


class Loaded:
    """A notebook that was run as far as ``e`` needs it; each text is a cell."""

    def __init__(self, *texts, wanted=("e",), mode="needed", **limits):
        self.module = types.ModuleType("hw2_of_a_slice")
        parts = [(number, text, []) for number, text in enumerate(texts, 1)]
        plan = source.RunPlan(mode, tuple(wanted), **limits)
        self.report = source.run_source("ipynb", "hw2.ipynb", parts, plan, self.module, [].append)
        sys.modules.pop("hw2_of_a_slice")
        json.dumps(self.report)
        self.left_out = [entry["what"] for entry in self.report["left_out"]]
        self.failed = self.report["failed"]

    def __getattr__(self, name):
        return getattr(self.module, name)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("ZZ", "ZY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "path", [*sys.path])


_KIND = re.compile(r"--- (.*)\n--- answers (.*?)(?:; leaves out (.*))?\n((?:(?!--- ).*\n?)*)")
KINDS = [
    pytest.param(text, ast.literal_eval(answer), out or "", id=title)
    for title, answer, out, text in _KIND.findall(
        (Path(__file__).parents[1] / "notebooks" / "kinds.txt").read_text()
    )
]


def test_the_table_is_read_whole():
    """No kind is passed over."""
    assert len(KINDS) > 100


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize(("text", "answer", "left_out"), KINDS)
def test_what_an_export_needs_is_run(text, answer, left_out):
    """Whatever changes what it reads is run, however that is reached; a trial is not."""
    ran = Loaded(text)
    assert ran.e() == answer
    assert not left_out or left_out in ran.left_out


@pytest.mark.parametrize(
    "text",
    [
        "x = demo(1)",
        "demo(TABLE)",
        "print(demo(2))",
        "for i in range(3):\n    demo(i)",
        "if __name__ == '__main__':\n    losses = [demo(i) for i in range(3)]",
        "assert demo(2) == 4",
        "with open('log.txt', 'w') as log:\n    log.write(str(demo(1)))",
        "model = demo(3)\nmodel.eval()\nmodel.train()",
        "import matplotlib.pyplot as plt\nplt.plot([demo(1)])\nplt.show()",
        "import numpy as np\nnp.save('table.npy', demo(1))",
        "try:\n    demo(1)\nexcept ValueError:\n    pass",
        "best = min(demo(i) for i in TABLE)",
        "loss = demo(1)\nloss += demo(2)",
        "import os\nos._exit(0)",
    ],
)
def test_trials_are_left_out(text):
    """What no export can feel does not run, however often it calls one."""
    first = "TABLE = {1: 2}\nran = []\ndef demo(x):\n    return 2 * x if x in (1, 2, 3) else TABLE"
    trial = f"def demo_that_tells(x):\n    raise SystemExit\n{text}".replace(
        "demo(", "demo_that_tells("
    )
    ran = Loaded(first, trial, "def e():\n    return demo(1), TABLE[1]")
    assert ran.e() == (2, 2)
    assert not ran.failed


BLOCKS = [
    ("if False:\n    a = 1\nelse:\n    no_such()\n    a = 2", 2),
    ("if True:\n    import no_such_library\n    no_such()\n    a = 1\nelse:\n    a = 2", 1),
    ("with open('x', 'w') as f:\n    no_such(f)\n    a = f.name", "x"),
    ("match 3:\n    case int(n):\n        no_such(n)\n        a = n", 3),
    ("if True:\n    if True:\n        no_such()\n        a = 4", 4),
]


@pytest.mark.parametrize(("text", "answer"), BLOCKS)
@pytest.mark.parametrize("mode", ["needed", "all"])
def test_a_call_that_fails_ends_nothing_else_of_its_block(text, answer, mode):
    """Where a drive cannot be mounted, the folder's name is bound all the same."""
    ran = Loaded(f"{text}\ndef e():\n    return a", mode=mode)
    assert ran.e() == answer
    assert ran.failed or mode == "needed"


COMMANDS = [
    ("%env LEVEL=high\nimport os\ndef e(): return os.environ['LEVEL']", "high"),
    ("!mkdir -p models/old\nimport os\ndef e(): return os.path.isdir('models/old')", True),
    ("!mkdir inner\n%cd inner\nimport os\ndef e(): return os.getcwd()[-5:]", "inner"),
    ("%cd /no/such/folder\ndef e(): return 1", 1),
    ("%matplotlib inline\n%load_ext autoreload\ndef e(): return 2", 2),
    ("%run helpers\ndef e(): return HELP", 7),
    ("%run -i helpers.py\ndef e(): return HELP", 7),
    ("%time a = 3\ndef e(): return a", 3),
    ("!pip install x && mkdir y\nimport os\ndef e(): return os.path.isdir('y')", False),
]


@pytest.mark.parametrize(("text", "answer"), COMMANDS)
def test_commands_that_matter_are_run(text, answer, tmp_path, monkeypatch):
    """Folders, the environment, and files that were handed in; not programs."""
    monkeypatch.setenv("LEVEL", "")
    (tmp_path / "helpers.py").write_text("HELP = 7\n")
    ran = Loaded(text)
    assert (ran.e(), ran.failed) == (answer, [])


def test_what_outlives_its_time_loses_only_itself():
    """Its names are undefined, also where they were bound before; the rest counts."""
    text = "import time\na = 1\na = time.sleep(5)\nb = 2\ndef e(): return b\ndef f(): return a"
    ran = Loaded(text, wanted=("e", "f"), seconds=0.2)
    assert ran.e() == 2
    assert not hasattr(ran.module, "a")
    assert [(entry["names"], entry["outlived"]) for entry in ran.failed] == [(["a"], True)]


def test_what_does_not_fit_into_the_time_of_all_is_left_out(monkeypatch):
    """Definitions after it are run all the same, and what took long is told with its time."""
    now = [0.0]

    def move(seconds):
        now[0] += seconds
        signal.raise_signal(signal.SIGALRM)  # which comes when the time is up, and may come before
        return 30

    monkeypatch.setattr(alarm, "own_seconds", lambda: now[0])
    monkeypatch.setitem(sys.modules, "clock_of_ours", types.SimpleNamespace(move=move))
    slow = "".join(f"x{i} = clock_of_ours.move(0.3)\n" for i in range(4))
    text = f"import clock_of_ours\n{slow}def e(): return x0\ndef f(): return x1, x2, x3"
    ran = Loaded(text, wanted=("e", "f"), all_seconds=0.5)
    assert ran.e() == 30
    assert [entry["names"] for entry in ran.failed][-2:] == [["x2"], ["x3"]]
    assert "no room in the 0.5 s" in ran.failed[-1]["error"]
    assert ran.report["costly"][0]["cell"] == 1


def test_a_machine_that_is_busy_takes_nothing_of_a_statement(monkeypatch):
    """Time in which others had the core is not counted."""
    began = time.monotonic()
    monkeypatch.setattr(alarm, "_queued_seconds", lambda: 1.0 * (time.monotonic() - began))
    assert alarm.run_within(0.2, lambda: time.sleep(0.5)) is None


HOSTILE = {
    "a deep nest": "x = " + "[" * 90 + "]" * 90 + "\n" + "if x:\n" * 1 + "    y = 1",
    "three thousand branches": "if a == 0: x = 0\n"
    + "".join(f"elif a == {i}: x = {i}\n" for i in range(1, 3000)),
    "a sum of ten thousand": "x = " + " + ".join(["y"] * 10_000),
    "four thousand names": "\n".join(f"a{i} = a{i - 1}" for i in range(1, 4_000)),
    "everything an alias": "\n".join(
        f"a{i} = [a{j} for j in b{i}]" for i in range(200) for j in range(20)
    ),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # in a callback
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_source_that_makes_the_choice_slow_is_bounded(text):
    """The limit of a statement holds for the choice too; what only defines is run then."""
    began = time.process_time()
    ran = Loaded(text, "def e(): return 1", seconds=0.5, all_seconds=1.0)
    assert ran.e() == 1
    assert time.process_time() - began < 20


def names_run(texts, wanted):
    """Texts of the statements that are needed."""
    steps, _ = steps_of([node for text in texts for node in ast.parse(text).body], 1, 0)
    flat = [step for top in steps for step in top.walk()]
    needed = slicing.needed_steps(flat, wanted)
    return [step.node for step in steps if any(under.at in needed for under in step.walk())]


NAMES = [f"n{i}" for i in range(6)]
name = st.sampled_from(NAMES)
number = st.integers(0, 9)
STATEMENTS = st.one_of(
    st.builds("{} = [{}]".format, name, number),
    st.builds("{} = {}".format, name, name),
    st.builds("{} = [{}, {}]".format, name, name, number),
    st.builds("{} = {}[0]".format, name, name),
    st.builds("{} = list({})".format, name, name),
    st.builds("{} += [{}]".format, name, number),
    st.builds("{}.append({})".format, name, number),
    st.builds("{}.append({})".format, name, name),
    st.builds("{}[0] = {}".format, name, number),
    st.builds("del {}[-1]".format, name),
    st.builds("{}[:0] = {}".format, name, name),
    st.builds("for _i in list({}):\n    {}.append(1)".format, name, name),
    st.builds("for _i in list({}):\n    _i.append({})".format, name, number),
    st.builds(
        "if len({}) > {}:\n    {}.append(0)\nelse:\n    {} = [1]".format, name, number, name, name
    ),
    st.builds("def f{}(x, y={}):\n    x.append(1)\n    return y".format, number, name),
    st.builds("def f{}(x):\n    {}.append(len(x))\n    return {}".format, number, name, name),
    st.builds("def f{}(x):\n    t = {}\n    t.append(2)\n    return x".format, number, name),
    st.builds(
        "def f{}(x):\n    global {}\n    {} = [x]\n    return x".format, number, name, name
    ).filter(
        lambda text: len(set(text.split("\n")[1:3])) == 2 and text.split()[3] == text.split()[4]
    ),
    st.builds("def f{}(x):\n    def g(): x.append(4)\n    return g".format, number),
    st.builds("f{} = {}.append".format, number, name),
    st.builds("f{} = lambda x: {}.extend(x)".format, number, name),
    st.builds("f{}({})".format, number, name),
    st.builds("{} = f{}({})".format, name, number, name),
    st.builds("f{}({})()".format, number, name),
    st.builds("list(map(f{}, [{}]))".format, number, name),
    st.builds("[q.append(5) for q in ({}, {})]".format, name, name),
    st.builds("globals()['{}'] = {}".format, name, name),
    st.builds("try:\n    {}.pop()\nexcept Exception:\n    {} = [3]".format, name, name),
    st.builds("{}, {} = {}, {}".format, name, name, name, name),
    st.builds(
        "class C{}:\n    held = {}\n    def go(self): self.held.append(6)".format, number, name
    ),
    st.builds("c = C{}()\nc.go()".format, number),
    st.builds("C{}.held = {}".format, number, name),
    st.builds("str({})".format, name),
)


def run_all(nodes):
    """Run statements in order as a notebook does; what fails ends nothing."""
    space = {"__name__": "__main__"}
    for node in nodes:
        try:
            exec(compile(ast.Module([copy.deepcopy(node)], []), "a", "exec"), space)
        except Exception:  # noqa: BLE001 - random code fails
            continue
    return space


def answer_of(space):
    try:
        return re.sub(" at 0x[0-9a-f]+", "", repr(space["e"]()))[:2000]
    except Exception as error:  # noqa: BLE001 - random code fails
        return type(error).__name__


@settings(max_examples=300)
@given(st.lists(STATEMENTS, max_size=14), st.lists(name, min_size=1, max_size=2))
def test_running_what_is_needed_is_running_everything(rows, read):
    """Whatever aliases and closures a notebook makes, an export's answer is the same."""
    starts = [f"{one} = [[0], [1]]" for one in NAMES]
    body = f"def e():\n    return {', '.join(read)},"
    texts = [*starts, *rows, body]
    everything = [node for text in texts for node in ast.parse(text).body]
    assert answer_of(run_all(names_run(texts, ["e"]))) == answer_of(run_all(everything))
