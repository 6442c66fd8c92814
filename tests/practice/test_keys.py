"""Keys that are pressed: letters are, and what an arrow sends are none."""

import os
import sys
import time
from types import SimpleNamespace

import pytest

from grader.practice.keys import reading_keys

ARROWS = ["\x1b[A", "\x1bOQ", "\x1b[6~"]  # up, F2, page down


def press(read, send, keys):
    """What is read after each key, until nothing more comes."""
    found = []
    for key in keys:
        send(key)
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            found.append(read())
    return "".join(found)


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_an_arrow_presses_no_letter(monkeypatch):
    """Of what it sends `A` would show all checks, and `Q` of F2 would end it."""
    outer, inner = os.openpty()
    with os.fdopen(inner) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with reading_keys() as read:
            found = press(read, lambda key: os.write(outer, key.encode()), [*ARROWS, "n", "hq"])
    os.close(outer)
    assert found == "nhq"


def test_an_arrow_presses_no_letter_on_windows(monkeypatch):
    """Two come for it, of which the second is a letter; `à` is one, and nothing is waited for."""
    waiting = []
    console = SimpleNamespace(kbhit=lambda: bool(waiting), getwch=lambda: waiting.pop(0))
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    with reading_keys() as read:
        keys = ["\xe0Q", "\0H", "n", "à", "hq"]  # page down, F-key, letters
        assert press(read, waiting.extend, keys) == "nàhq"
