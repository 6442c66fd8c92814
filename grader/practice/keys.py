"""Keys that are pressed, one at a time, without Enter; and the terminal as it was, afterwards."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_ESCAPE = b"\x1b"
_BEGINS_TWO = "\0\xe0"
"""How an arrow, a function key and so on begin: letters follow, which nobody has pressed."""


def _no_key() -> str:
    return ""


@contextmanager
def reading_keys() -> Iterator[Callable[[], str]]:
    """Give what returns the key that was pressed, or "" at once; nothing where none can be."""
    if not sys.stdin.isatty():
        yield _no_key
    elif sys.platform == "win32":
        yield _windows_key
    else:
        with _posix_keys() as read:
            yield read


def _windows_key() -> str:
    import msvcrt  # noqa: PLC0415 - Windows alone has it

    pressed: list[str] = []
    while msvcrt.kbhit() and (not pressed or pressed[-1] in _BEGINS_TWO):  # type: ignore[attr-defined]  # likewise
        pressed.append(msvcrt.getwch())  # type: ignore[attr-defined]  # likewise
    return "" if len(pressed) > 1 else "".join(pressed)


if sys.platform != "win32":
    import os
    import select
    import termios
    import tty

    _LONGEST = 32  # bytes that stand for one key

    @contextmanager
    def _posix_keys() -> Iterator[Callable[[], str]]:
        """Read keys as they come; Ctrl-C stays what it is, Ctrl-Z would leave half a screen."""
        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
        tty.setcbreak(descriptor)
        now = termios.tcgetattr(descriptor)
        now[6][termios.VSUSP] = b"\0"
        termios.tcsetattr(descriptor, termios.TCSANOW, now)

        def read() -> str:
            if not select.select([descriptor], [], [], 0)[0]:
                return ""
            pressed = os.read(descriptor, 1)
            if pressed == _ESCAPE:
                if select.select([descriptor], [], [], 0)[0]:
                    os.read(descriptor, _LONGEST)
                return ""
            return pressed.decode(errors="replace") or "q"  # its other end is gone

        try:
            yield read
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
