"""A limit of processor time on what the grader itself does with the bytes of a submission.

Everything that reads them is linear, and a test holds it to that. This is for what nobody thought
of: a pattern or a decoder that a hostile file can keep busy must not keep the grader.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

READING_SECONDS = 20.0


class TooSlowError(Exception):
    """The limit was reached."""


@contextmanager
def within(seconds: float = READING_SECONDS) -> Iterator[None]:
    """Raise TooSlowError in the block once this process has computed for so long.

    Patterns and Python are interrupted, compiled code when it returns. Only a process's main thread
    can be interrupted, and on Windows none; elsewhere there is no limit.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not hasattr(signal, "setitimer"):
        yield
        return
    handler = signal.signal(signal.SIGPROF, _ring)
    timer = signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, *timer)
        signal.signal(signal.SIGPROF, handler)


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise TooSlowError
