"""Whatever a call does comes back as an outcome, and ends nothing but its worker."""

import math
import os

import numpy as np
import pytest
import torch

from grader.assignment.limits import Limits
from grader.inside.frames import FrameError, Handle
from grader.sandbox import Died, Raised, Returned, TimedOut
from grader.sandbox.captured_output import CapturedOutput
from grader.sandbox.ending import line_in


def call(worker, name="f", *args, **kwargs):
    return worker.call(name, args, kwargs)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -(1 << 200),
        2.5,
        math.inf,
        3 + 4j,
        "ä\n",
        [1, [2.0]],
        (1, "a"),
        {"k": 1, 2: None},
        [],
    ],
    ids=repr,
)
def test_plain_values_come_back_as_they_were(worker_with, value):
    """Numbers, words and containers survive the way there and back, types included."""
    outcome = call(worker_with("def f(x): return x"), "f", value)
    assert outcome == Returned(value)
    assert type(outcome.value) is type(value)


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "int64", "bool", "bfloat16", "complex64", "float16"]
)
def test_tensors_come_back_bit_for_bit(worker_with, dtype):
    """A tensor keeps its dtype, shape and bits."""
    tensor = torch.arange(12).reshape(3, 4).to(getattr(torch, dtype))
    got = call(worker_with("def f(x): return x.clone()"), "f", tensor).value
    assert got.dtype == tensor.dtype
    assert torch.equal(got, tensor)


def test_arrays_and_empty_shapes_come_back(worker_with):
    """A numpy array stays one, and a shape with a zero in it is kept."""
    worker = worker_with("def f(x): return x")
    got = call(worker, "f", np.arange(6.0).reshape(2, 3)).value
    assert isinstance(got, np.ndarray)
    assert got.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert call(worker, "f", torch.zeros(0, 5)).value.shape == (0, 5)


def test_what_is_no_data_stays_behind_as_a_handle(worker_with):
    """A model comes back as a handle, which is the model again when it is handed in."""
    worker = worker_with(
        "import torch\ndef make(): return torch.nn.Linear(2, 3)\ndef size(m): return m.out_features"
    )
    handle = call(worker, "make").value
    assert isinstance(handle, Handle)
    assert call(worker, "size", handle) == Returned(3)


def test_an_exception_comes_back_with_the_students_lines(worker_with):
    """Raised holds the kind, the message, and the student's own line."""
    outcome = call(worker_with("def f():\n    raise KeyError('nope')"))
    assert isinstance(outcome, Raised)
    assert (outcome.kind, outcome.message) == ("KeyError", "'nope'")
    assert "hw.py, line 2" in outcome.traceback
    assert "inside" not in outcome.traceback


@pytest.mark.parametrize(
    "statement", ["raise SystemExit(0)", "raise KeyboardInterrupt", "raise GeneratorExit"]
)
def test_leaving_is_only_an_exception(worker_with, statement):
    """SystemExit and its like are exceptions of the student's, not ours."""
    worker = worker_with(f"def f():\n    {statement}\ndef g(): return 1")
    assert isinstance(call(worker), Raised)
    assert call(worker, "g") == Returned(1)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os\ndef f(): os._exit(0)", "exit code 0"),
        ("import os\ndef f(): os._exit(77)", "exit code 77"),
        ("import ctypes\ndef f(): ctypes.string_at(0)", "crashed in compiled code"),
        ("import os\ndef f(): os.abort()", "crashed in compiled code"),
        ("import os\ndef f(): os.close(3)\n", "Died"),
    ],
)
@pytest.mark.usefixtures("patient")
def test_a_worker_that_ends_has_died(worker_with, code, words):
    """An exit or a crash is Died, with how it ended in words."""
    outcome = call(worker_with(code))
    assert isinstance(outcome, Died)
    assert words in f"{outcome}"
    assert not outcome.out_of_memory


def test_text_from_a_worker_is_harmless(worker_with):
    """Colours in an exception are gone, control and bidirectional characters are escapes; cut."""
    code = "def f(): raise ValueError('\\x1b[31m\\x1b\\u202e' + 'x' * 10**6)"
    outcome = call(worker_with(code))
    assert outcome.message.startswith("\\x1b\\u202ex")
    assert len(outcome.message) <= 2000


def test_half_a_character_does_not_come_back(worker_with):
    """A lone surrogate, which no file can hold, is replaced at the door."""
    assert call(worker_with("def f(): return 'a\\ud800b'")).value == "a?b"


@pytest.mark.usefixtures("patient")
def test_a_call_that_hangs_says_where(worker_with):
    """A call past its limit is TimedOut by the wall clock, with the line it was at."""
    worker = worker_with(
        "import time\ndef f():\n    time.sleep(60)", Limits(call_seconds=0.5, memory=512 << 20)
    )
    assert call(worker) == TimedOut(0.5, "wall", "hw.py:3")


@pytest.mark.usefixtures("patient")
def test_a_call_that_hangs_deep_down_says_where(worker_with):
    """The innermost line is found under a stack that is longer than what is kept of it."""
    code = "import time\ndef f(n=80):\n    f(n - 1) if n else time.sleep(\n        60)"
    worker = worker_with(code, Limits(call_seconds=0.5, memory=512 << 20))
    assert call(worker).where == "hw.py:3"


def test_half_a_dumped_stack_names_no_wrong_line():
    """However little of a dump has come, it names the right line of the last one, or none."""
    reading, writing = os.pipe()
    stack_dump, named = CapturedOutput(reading), {""}
    later = 'Stack (most recent call first):\n  File "hw.py", line 7 in g\n'
    for character in "Stack (most recent call first):\n" + '  File "hw.py", line 1234 in f\n':
        os.write(writing, character.encode())
        stack_dump.drain()
        named.add(line_in(stack_dump))
    assert named == {"", "hw.py:1234"}
    os.write(writing, later.encode())
    stack_dump.drain()
    assert line_in(stack_dump) == "hw.py:7"
    os.close(writing)
    stack_dump.close()


def test_a_call_that_spins_meets_the_processors_limit(worker_with):
    """A call past its processor time is TimedOut by that clock, with the line it was at."""
    worker = worker_with(
        "def f():\n    while True:\n        pass",
        Limits(call_seconds=60, cpu_seconds=1, memory=512 << 20),
    )
    outcome = call(worker)
    assert isinstance(outcome, TimedOut)
    assert outcome.clock == "cpu"
    assert outcome.where.startswith("hw.py:")


def test_ignoring_every_signal_does_not_help(worker_with):
    """The processor's limit ends a worker that ignores all signals that can be ignored."""
    code = """
import signal
def f():
    for n in range(1, 65):
        try: signal.signal(n, signal.SIG_IGN)
        except (OSError, ValueError): pass
    while True: pass
"""
    worker = worker_with(code, Limits(call_seconds=60, cpu_seconds=1, memory=512 << 20))
    assert call(worker).clock == "cpu"


def test_a_call_after_the_end_is_dead_too(worker_with):
    """A worker that has ended answers nothing more, at once."""
    worker = worker_with("import os\ndef f(): os._exit(3)\ndef g(): return 1")
    call(worker)
    assert isinstance(call(worker, "g"), Died)


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("raise ValueError", "ValueError", True),
        ("import numpy; raise numpy.linalg.LinAlgError", "ValueError", True),
        ("raise UnicodeDecodeError('utf-8', b'', 0, 1, '')", "ValueError", True),
        ("raise KeyError", "ValueError", False),
        ("raise type('ValueError', (SystemExit,), {})", "ValueError", False),
        ("raise type('ValueError', (Exception,), {'__module__': 'builtins'})", "ValueError", False),
        ("raise type('Odd', (ValueError,), {'__mro__': ()})", "ValueError", True),
        ("raise type('Odd', (KeyError,), {})", "Odd", True),
    ],
)
def test_an_exception_is_known_by_all_its_classes(worker_with, code, name, expected):
    """A derived class is one of its bases; a name alone makes no exception of Python's."""
    assert call(worker_with(f"def f(): {code}")).is_a(name) is expected


def watch(worker, *args):
    """What a watched call of f did to its arguments."""
    request = {"export": "f", "args": list(args), "kwargs": {}, "watch": True}
    return worker.ask("call", request, 5).changed


CHANGES = {
    "x += 1": "its values",
    "x[0] = float('nan')": "its values",
    "x.requires_grad_(True)": "requires_grad",
    "x.grad = torch.ones_like(x)": ".grad",
    "x.t_()": "its shape",
    "x.unsqueeze_(0)": "its shape",
    "x.data = x + 1": "its storage",
    "x.resize_(2)": "its shape",
    "x.note = 1": "its attributes",
}


@pytest.mark.parametrize(("change", "what"), CHANGES.items())
def test_whatever_is_done_to_a_tensor_is_noticed(worker_with, change, what):
    """Values, shape, gradient and the rest are looked at again; an untouched one is untouched."""
    worker = worker_with(f"import torch\ndef f(y, x):\n    {change}\n    return 1")
    assert watch(worker, 1, torch.arange(6.0).reshape(2, 3)) == f"argument 2: {what} changed"
    clean = worker_with("def f(y, x): return x + 1, x.sum(), x.t(), x.clone().requires_grad_()")
    assert watch(clean, 1, torch.tensor([[1.0, float("nan")]])) == ""


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("x.sort()", np.array([3, 1])),
        ("x.setflags(write=False)", np.zeros(2)),
        ("x.append(1)", [1, 2]),
        ("x.reverse()", [1, 2]),
        ("x[0] += 1", [torch.zeros(2)]),
        ("x[0] = x[0].clone()", [torch.zeros(2)]),
        ("x.pop('a')", {"a": 1}),
        ("x['a'] = 2", {"a": 1}),
        ("x[0]['b'].mul_(2)", ({"b": torch.ones(1)},)),
    ],
)
def test_whatever_is_done_to_other_arguments_is_noticed(worker_with, change, value):
    """Arrays, lists, dictionaries and what lies in them are looked at as tensors are."""
    worker = worker_with(f"def f(x):\n    {change}\n    return 1")
    assert watch(worker, value).startswith("argument 1")
    assert watch(worker_with("def f(x): return x"), value) == ""


FORGES = """
import sys
memory = sys.modules["inside.sameness"].Snapshot
memory.difference = lambda self: ""
sys.modules["inside.worker"]._CHANGED = 0

def f(x):
    x += 1
    return 1
"""


def test_no_word_of_the_workers_hides_a_change(worker_with):
    """The bytes of the arguments are read by the grader itself."""
    assert watch(worker_with(FORGES), torch.zeros(3)) == "an argument: its bytes changed"
    assert watch(worker_with(FORGES.replace("x += 1", "x = x + 1")), torch.zeros(3)) == ""


def test_the_memory_for_arguments_keeps_its_size(worker_with):
    """Nobody can make the grader's reading of it end early, and what is too large is said."""
    code = "import os\ndef f(x):\n    x += 1\n    os.ftruncate(5, 0)"
    outcome = worker_with(code).ask(
        "call", {"export": "f", "args": [torch.zeros(3)], "kwargs": {}, "watch": True}, 5
    )
    assert outcome.kind == "PermissionError"
    with pytest.raises(FrameError, match="over 16 MiB"):
        watch(worker_with("def f(x): return 1"), torch.zeros(5 << 20))


def test_workers_share_nothing(worker_with):
    """What one worker does to its modules, files and random numbers, the next does not see."""
    code = """
import math, os, random, torch
def spoil():
    math.tau = 0; torch.relu = None; random.seed(5)
    open('/dev/shm/x', 'w').close(); open('x', 'w').close()
def look():
    return math.tau, torch.relu is None, os.listdir('/dev/shm'), os.listdir('.')
"""
    call(worker_with(code), "spoil")
    assert call(worker_with(code), "look").value == (math.tau, False, [], [])
