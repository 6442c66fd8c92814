"""What a call has for itself where it is no process: where it prints and reads, chance, interrupts.

Behind the wall all this is its process's.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import random
import signal
import sys
import threading
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_MOST_PRINTED = 100_000
_JUPYTERS = ("display", "get_ipython", "input")
"""What Jupyter puts among the built-in names, or in the place of one."""


class Printed(io.StringIO):
    """What was printed, as far as it is kept; nothing more of it is."""

    def write(self, text: str) -> int:
        """Keep a text while there is room."""
        if self.tell() < _MOST_PRINTED:
            super().write(text)
        return len(text)

    def text(self) -> str:
        """What was kept."""
        return self.getvalue()


@contextlib.contextmanager
def printing_into(prints: io.StringIO) -> Iterator[None]:
    """Have what is printed go there, and nothing be there to read."""
    kept = {name: getattr(builtins, name, None) for name in _JUPYTERS}
    stdin, sys.stdin = sys.stdin, io.StringIO()
    builtins.input = _read_line
    with contextlib.redirect_stdout(prints), contextlib.redirect_stderr(prints):
        try:
            yield
        finally:
            sys.stdin = stdin
            for name in [name for name in kept if kept[name] is not None]:
                setattr(builtins, name, kept[name])


def _read_line(prompt: object = "", /) -> str:
    """Read as `input` does where nobody types: a kernel's own would ask a person."""
    print(prompt, end="")  # noqa: T201 - as `input` does
    if not (line := sys.stdin.readline()):
        raise EOFError("EOF when reading a line")
    return line.removesuffix("\n")


@contextlib.contextmanager
def own_generators() -> Iterator[None]:
    """Let a call draw from generators of its own: what a check draws next is as behind the wall."""
    torch = sys.modules.get("torch")
    kept = random.getstate(), np.random.get_state(), torch and torch.get_rng_state()  # noqa: NPY002 - the old generator is the shared one
    try:
        yield
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])  # noqa: NPY002 - likewise
        if torch is not None:
            torch.set_rng_state(kept[2])


@contextlib.contextmanager
def interrupts() -> Iterator[list[int]]:
    """Note each Ctrl-C: it is for us, and who is asked may take it for an error of their own."""
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield came  # none comes here
        return

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)
