"""What the wall refuses is said in its own words, and what it need not refuse works."""

import pytest

from grader.inside import absences, refusals, traceback_text
from grader.inside.frames import Handle
from grader.sandbox import Raised, Returned

NOT_THERE = (
    "no library of this name is installed where it is graded, and no {}.py was handed in with it: "
    "do without the library, or hand in the file"
)


def body(code):
    return "def f():\n" + "\n".join(f"    {line}" for line in code.split("\n"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import subprocess, sys; subprocess.run([sys.executable, '-m', 'pip'])", "PROCESSES"),
        ("import os; os.fork()", "PROCESSES"),
        ("import os; os.popen('ls')", "PROCESSES"),
        ("import multiprocessing; multiprocessing.Process(target=print).start()", "PROCESSES"),
        (
            (
                "from concurrent.futures import ProcessPoolExecutor\n"
                "list(ProcessPoolExecutor(2).map(abs, [1]))"
            ),
            "PROCESSES",
        ),
        (
            "from torch.utils.data import DataLoader\nlist(DataLoader([1, 2], num_workers=2))",
            "PROCESSES",
        ),
        ("import socket; socket.create_connection(('127.0.0.1', 80))", "NETWORK"),
        ("import socket; socket.gethostbyname('example.org')", "NETWORK"),
        ("import urllib.request; urllib.request.urlopen('http://example.org')", "NETWORK"),
        ("open('/etc/passwd')", "FILES"),
        ("open('/tmp/x', 'w')", "FILES"),
        ("import os; os.makedirs('/content/drive')", "FILES"),
        ("import os; os.nice(1)", "OTHERS"),
        ("import torch; torch.compile(abs)", "COMPILER"),
        ("import torch; torch.compile(torch.nn.Linear(2, 2))", "COMPILER"),
        ("import torch\n@torch.compile\ndef g(): ...", "COMPILER"),
        ("import torch\n@torch.compile(mode='max-autotune')\ndef g(): ...", "COMPILER"),
    ],
)
def test_what_is_refused_is_said_in_the_walls_words(worker_with, code, words):
    """Processes, programs, the network, files outside, a compiler: one clear sentence each."""
    outcome = worker_with(body(code)).call("f", [], {})
    assert isinstance(outcome, Raised)
    assert getattr(refusals, words) in outcome.message


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("int(input('n? '))", absences.NOBODY),
        ("import helpers", f"No module named 'helpers': {NOT_THERE.format('helpers')}"),
        ("import lost.part", f"No module named 'lost': {NOT_THERE.format('lost')}"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_do(worker_with, code, words):
    """Nobody who types, no such library, and no such file of one's own."""
    assert worker_with(body(code)).call("f", [], {}).message.endswith(words)


@pytest.mark.parametrize(
    "code",
    [
        "open('covid.train.csv')",
        "import os; open(os.path.abspath('covid.train.csv'))",
        "raise PermissionError",
        "raise OSError('x')",
        "1 / 0",
        "import json.lost",
        "import code; code.lost",
        "raise ModuleNotFoundError('lost')",
        "raise ImportError('lost', name=b'code')",
        "raise EOFError",
        "import io, pickle; pickle.load(io.BytesIO())",
    ],
)
def test_other_errors_keep_their_own_words(worker_with, code):
    """A file that is not there, and an error that the student's own code raises."""
    message = worker_with(body(code)).call("f", [], {}).message
    rules = (refusals.PROCESSES, refusals.NETWORK, refusals.FILES, refusals.OTHERS)
    assert not any(rule in message for rule in (*rules, absences.NOBODY, " graded"))


def test_a_compiler_that_was_begun_is_refused_in_the_same_words():
    """Where a submission itself imports torch, its compiler runs until it needs a program."""
    failed = type("InductorError", (RuntimeError,), {})("PermissionError: [Errno 1] Operation")
    assert traceback_text.error_text(failed)[1].endswith(f"Operation: {refusals.COMPILER}")


@pytest.mark.parametrize(
    "code",
    [
        "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')",
        "import codecs, sys\nsys.stdout = codecs.getwriter('utf-8')(sys.stdout.buffer)",
        "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8')",
        "import sys\nsys.stdout = open(sys.stdout.fileno(), 'w', encoding='utf-8', buffering=1)",
        "import sys\nsys.stdout.reconfigure(encoding='utf-8')",
        "import sys\nsys.stdout = sys.__stdout__",
    ],
)
def test_streams_may_be_wrapped_as_in_plain_python(worker_with, code):
    """What was printed by way of the new one comes out, and nothing is closed."""
    worker = worker_with(f"{code}\ndef f():\n    print('λ')\n    return 1")
    assert worker.call("f", [], {}) == Returned(1)
    assert worker.call("f", [], {}) == Returned(1)
    worker.close()
    assert worker.prints.text() == "λ\nλ\n"
    worker.close = lambda: None


@pytest.mark.parametrize(
    "code",
    [
        "async def g(): return 5\nreturn asyncio.run(g())",
        (
            "loop = asyncio.new_event_loop()\n"
            "return loop.run_until_complete(asyncio.to_thread(lambda: 5))"
        ),
        (
            "async def g():\n    await asyncio.sleep(0.01)\n    return 2 + 3\n"
            "async def h(): return max(await asyncio.gather(g(), g()))\nreturn asyncio.run(h())"
        ),
    ],
)
def test_event_loops_run(worker_with, code):
    """Asyncio's own, a new one, and threads beside it."""
    assert worker_with(body(f"import asyncio\n{code}")).call("f", [], {}) == Returned(5)


def test_causes_notes_and_members_of_a_group_are_told(worker_with):
    """Each with its kind, its words and the student's own lines, bounded."""
    outcome = worker_with(
        "def g(): raise KeyError('lost')\n"
        "def f():\n"
        "    try: g()\n"
        "    except KeyError as error:\n"
        "        group = ExceptionGroup('both', [ValueError('one'), TypeError('two')])\n"
        "        group.add_note('look at the data')\n"
        "        raise group from error"
    ).call("f", [], {})
    trace = outcome.traceback
    assert trace.startswith("hw.py, line 7, in f\n")
    for told in (
        "note: look at the data",
        "in this group: ValueError: one",
        "in this group: TypeError: two",
        "caused by KeyError: 'lost'\n  hw.py, line 3, in f",
        "  hw.py, line 1, in g",
    ):
        assert told in trace
    assert "both" not in trace  # the message itself is told before


def test_what_was_being_handled_is_told_unless_it_is_hidden(worker_with):
    """As Python does: an exception in a handler shows the one it handled, `from None` hides it."""
    code = "def f():\n    try: 1 / 0\n    except ZeroDivisionError: raise ValueError('x'){}"
    told = worker_with(code.format("")).call("f", [], {}).traceback
    assert "while handling ZeroDivisionError: division by zero" in told
    assert "handling" not in worker_with(code.format(" from None")).call("f", [], {}).traceback


def test_a_million_newlines_are_a_line(worker_with):
    """What comes after them is still seen."""
    code = "def f(): raise ValueError('a' + chr(10) * 10_000 + 'b' + chr(10))"
    assert worker_with(code).call("f", [], {}).message == "a\nb"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("torch.set_grad_enabled(False)", "gradients were switched off"),
        ("off = torch.no_grad(); off.__enter__()", "gradients were switched off"),
        ("off = torch.inference_mode(); off.__enter__()", "inference mode was switched on"),
    ],
)
def test_who_changed_the_process_is_named_with_the_line(worker_with, code, words):
    """Where an exception comes of it."""
    outcome = worker_with(
        f"import torch\n{code}\n"
        "x = torch.ones(2, requires_grad=True)\n"
        "def f():\n"
        "    with torch.no_grad(): pass\n"
        "    with torch.inference_mode(): pass\n"
        "    return torch.autograd.grad((x * x).sum(), x)"
    ).call("f", [], {})
    assert words in outcome.message
    assert f"hw.py line 2: `{code}`" in outcome.message


def test_what_stays_behind_can_be_called_and_handed_in_again(worker_with):
    """A model answers with data; what cannot travel is still what it was when it comes back."""
    worker = worker_with(
        "import torch\n"
        "def model(): return torch.nn.Linear(2, 3)\n"
        "def sparse(): return torch.eye(3).to_sparse()\n"
        "def total(x): return float(x.to_dense().sum())"
    )
    model, sparse = (worker.call(name, [], {}).value for name in ("model", "sparse"))
    assert (model.kind, model.words) == ("Linear", "")
    answer = worker.call(model, [[[1.0, 2.0]]], {})
    assert isinstance(answer, Raised)  # a list is no tensor: its own error, in its own words
    assert "TypeError" in answer.kind
    assert isinstance(sparse, Handle)
    assert sparse.words == "a sparse tensor; a dense one is asked for"
    assert worker.call("total", [sparse], {}) == Returned(3.0)
