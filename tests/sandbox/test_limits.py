"""Each limit of a worker, met by code that takes more."""

from dataclasses import replace

import pytest

from grader.assignment.limits import Limits
from grader.inside.frames import Handle
from grader.sandbox import Died, Returned, TimedOut

SMALL = Limits(call_seconds=10, cpu_seconds=10, memory=256 << 20, scratch=8 << 20, files=64)
HEADER = "import ctypes, errno, mmap, os, threading, time, torch\n"


def run(worker_with, body, limits=SMALL):
    """The outcome of a function with this body."""
    lines = "\n".join("    " + line for line in body.strip("\n").split("\n"))
    return worker_with(f"{HEADER}def f():\n{lines}", limits).call("f", (), {})


@pytest.mark.parametrize(
    "body",
    [
        "return len(bytearray(1 << 30))",
        "return torch.ones(1 << 28).sum().item()",
        "x = []\nwhile True: x.append(bytearray(1 << 20))",
    ],
)
def test_private_memory_is_limited(worker_with, body):
    """More private memory than the limit is out of memory, in Python and in torch."""
    outcome = run(worker_with, body)
    assert isinstance(outcome, Died)
    assert outcome.out_of_memory
    assert "256 MiB" in outcome.reason


def test_shared_memory_is_limited(worker_with):
    """Anonymous shared memory ends near the limit."""
    body = """
taken = []
try:
    while len(taken) < 40:
        taken.append(mmap.mmap(-1, 64 << 20))
except (OSError, ValueError, MemoryError):
    pass
return len(taken) * 64
"""
    assert run(worker_with, body).value <= 768


@pytest.mark.parametrize("folder", [".", "/dev/shm"])
def test_the_scratch_folders_size_is_limited(worker_with, folder):
    """Files hold no more than the scratch limit, together."""
    body = f"""
written = 0
try:
    for number in range(16):
        with open('{folder}/%d' % number, 'wb', buffering=0) as file:
            for _ in range(4):
                written += file.write(bytes(1 << 20))
except OSError as error:
    return written, errno.errorcode[error.errno]
return written, ''
"""
    written, error = run(worker_with, body).value
    assert written <= 8 << 20
    assert error in ("ENOSPC", "EFBIG", "EDQUOT")


def test_one_files_size_is_limited(worker_with):
    """A sparse file cannot be longer than the scratch limit either."""
    body = """
try:
    os.truncate(os.open('s', os.O_RDWR | os.O_CREAT), 1 << 40)
except OSError as error:
    return errno.errorcode[error.errno]
"""
    assert run(worker_with, body).value in ("EFBIG", "EINVAL")


def test_the_number_of_files_is_limited(worker_with):
    """A worker makes no more files than its limit."""
    body = """
made = 0
try:
    for number in range(5000):
        open('%d' % number, 'w').close()
        made += 1
except OSError:
    pass
return made
"""
    assert run(worker_with, body).value < 64


def test_the_number_of_threads_is_limited(worker_with):
    """Threads end at 64 or so, and others can then still be started in another worker."""
    body = """
threading.stack_size(1 << 16)
started = 0
try:
    for _ in range(500):
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
        started += 1
except RuntimeError:
    pass
return started
"""
    first = run(worker_with, body).value
    second = run(worker_with, body).value
    assert 32 <= first < 80
    assert 32 <= second < 80


@pytest.mark.parametrize("count", [3, 32])
def test_torch_has_as_many_threads_as_are_allowed(worker_with, count):
    """They compute; and a worker that is forked after it has one again."""
    body = """
a = torch.rand(600, 600)
(a @ a).sum().item()
return torch.get_num_threads(), len(os.listdir('/proc/self/task'))
"""
    told, running = run(worker_with, body, replace(SMALL, threads=count)).value
    assert (told, running) == (count, count)
    assert run(worker_with, body).value == (1, 1)


def test_the_number_of_open_files_is_limited(worker_with):
    """Descriptors end at 128."""
    body = """
held = []
try:
    while len(held) < 5000:
        held.append(os.open('/dev/null', os.O_RDONLY))
except OSError:
    pass
return len(held)
"""
    assert run(worker_with, body).value < 128


def test_prints_never_block_and_are_cut(worker_with):
    """A worker that prints 10 MB goes on, and head and tail of it are kept."""
    worker = worker_with(
        "def f():\n    print('head')\n"
        "    for _ in range(10000): print('x' * 1000)\n    print('tail')"
    )
    assert worker.call("f", (), {}) == Returned(None)
    worker.close()
    text = worker.prints.text()
    assert text.startswith("head")
    assert text.endswith("tail\n")
    assert "bytes left out" in text
    assert len(text) < 10_000
    worker.close = lambda: None


def test_however_much_is_printed_only_its_ends_are_kept(worker_with):
    """A worker that prints 80 MB answers, and the grader holds a few kilobytes of it."""
    limits = Limits(memory=256 << 20, call_seconds=20)
    worker = worker_with(
        "def f():\n    for _ in range(80): print('x' * 1_000_000)\n    return 7", limits
    )
    assert worker.call("f", (), {}) == Returned(7)
    assert len(worker.prints.text()) < 10_000


def test_an_answer_too_large_stays_where_it_is(worker_with):
    """Of a tensor of more than 128 MB comes back what it is, and nothing else is lost by it."""
    limits = Limits(memory=2 << 30, call_seconds=20)
    outcome = run(worker_with, "return torch.zeros(40_000_000)", limits)
    assert isinstance(outcome, Returned)
    assert outcome.value == Handle(0, "Tensor", "arrays of 160,000,000 bytes in all")


@pytest.mark.usefixtures("patient")
def test_a_regular_expression_that_holds_the_interpreter_is_ended(worker_with):
    """A call stuck in C code ends at the wall's limit, with its line."""
    body = "import re\nreturn re.match('(a+)+$', 'a' * 40 + 'b')"
    outcome = run(worker_with, body, Limits(call_seconds=0.7, memory=256 << 20))
    assert isinstance(outcome, TimedOut)
    assert outcome.where == "hw.py:4"
