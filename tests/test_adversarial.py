"""Whatever the grader itself reads of a submission takes it time in proportion, or is refused.

Each function is given four times as much of the same, megabytes in the end, of every kind of text
that made some pattern slow somewhere. Quadratic would be sixteen times as long.
"""

import contextlib
import itertools
import time

import pytest
import torch

from grader import as_number, as_tensor
from grader.grading.values import show
from grader.sandbox.captured_output import CapturedOutput
from grader.sandbox.ending import line_in
from grader.sandbox.plain import plain_word
from grader.source.encoding import CannotReadError, decode_python
from grader.source.handin import Unreadable, load_handin
from grader.source.notebook import read_cells
from grader.source.watchdog import TooSlowError, within
from grader.text import clean, clean_ends, clean_line

SIZES = [1 << power for power in (12, 14, 16, 18, 20)]
FACTOR = 8  # for four times as much
QUICK = 0.05  # seconds in which nothing can be told

TEXTS = {
    "blank lines": "\n",
    "blanks": " ",
    "indented blanks": " \n\t",
    "form feeds": "\f\n",
    "carriage returns": "\r",
    "begun imports": "import \n",
    "imports of nothing": "from  import\t",
    "imports on one line": "import matplotlib ",
    "comments": "#",
    "codings": "# coding",
    "quotes": '"',
    "backslashes": "\\",
    "escaped quotes": '\\"',
    "half characters": "\\ud8",
    "nearly constants": "-Infinit",
    "constants": "NaN,",
    "brackets": "[",
    "braces": "{}",
    "cells": '{"cell_type":"code"},',
    "stack lines": 'File "a.py", line 1 in f\n',
    "nearly stack lines": 'File "aaaa',
    "most recent call first": "most recent call first\n",
    "marks": "<b>`_*|::error::",
    "colours": "\x1b[31m",
    "controls": "\u202e\u200b",
}
NOTEBOOK = '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": %s}]}'


def decode(text):
    """Decode it as a Python file."""
    decode_python(text.encode())


def decode_bare_notebook(text):
    """Read it as if it were the file of a notebook."""
    read_cells(text.encode())


def decode_notebook(text):
    """Read it as what stands where a notebook's source should be."""
    read_cells((NOTEBOOK % text).encode())


def find_line(text):
    """Look for a line of the student's in what a stack dump wrote."""
    pipe = CapturedOutput.__new__(CapturedOutput)
    pipe.head, pipe.tail = text.encode(), b""
    line_in(pipe)


def quote(text):
    """Quote it in a report, as a text and as a line."""
    clean(text, 4000)
    clean_line(text, 200)


def quote_at_once(text):
    """Make it harmless as it comes from behind the wall."""
    plain_word(text, 4000)


READERS = [decode, decode_bare_notebook, decode_notebook, find_line]
WRITERS = [clean_ends, show, quote, quote_at_once]


def seconds(read, text):
    """Processor time that it takes, refusals included."""
    began = time.process_time()
    with contextlib.suppress(CannotReadError):
        read(text)
    return time.process_time() - began


@pytest.mark.parametrize("unit", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("read", [*READERS, *WRITERS], ids=lambda read: read.__name__)
def test_four_times_as_much_takes_no_eight_times_as_long(read, unit, monkeypatch):
    """Reading, quoting and showing text are linear in its length."""
    for module in ("handin",):  # a watchdog would hide what it cuts short
        monkeypatch.setattr(f"grader.source.{module}.within", contextlib.nullcontext)
    for smaller, larger in itertools.pairwise(SIZES):
        small, large = (unit * (size // len(unit)) for size in (smaller, larger))
        for _ in range(3):  # a page fault or a garbage collection may come in between
            once, more = seconds(read, small), seconds(read, large)
            if more < QUICK or more < FACTOR * once:
                break
        else:
            pytest.fail(f"{smaller} characters {once:.3f} s, {larger} characters {more:.3f} s")


def test_reading_is_interrupted():
    """A pattern that would run for ages is given up."""
    import re

    with pytest.raises(TooSlowError), within(0.1):
        re.match(r"(a+)+$", "a" * 40 + "b")
    with within(5):
        assert sum(range(1000)) == 499500


def test_a_file_that_is_slow_to_read_is_unreadable(tmp_path, monkeypatch):
    """It is the submission's fault, and a sentence says what to do."""

    def busy(_data):
        while True:
            pass

    monkeypatch.setattr("grader.source.handin.decode_python", busy)
    monkeypatch.setattr("grader.source.watchdog.within.__wrapped__.__defaults__", (0.1,))
    path = tmp_path / "hw.py"
    path.write_text("x = 1\n")
    found = load_handin(path, ("hw.py",))
    assert isinstance(found, Unreadable)
    assert "s to read" in found.sentence


HUGE = torch.zeros(1).expand(1 << 26)


@pytest.mark.parametrize("value", [[HUGE] * 2, HUGE, [[HUGE] * 3] * 2], ids=["list", "one", "nest"])
def test_an_answer_is_measured_before_it_is_converted(value):
    """Another shape is refused as it stands, and so is more than anybody asked for."""
    with pytest.raises(AssertionError, match=r"expected an array of shape \(3,\)"):
        as_tensor(value, (3,))
    with pytest.raises(AssertionError, match="too many numbers"):
        as_tensor(value)
    with pytest.raises(AssertionError, match="expected a number"):
        as_number(value)
