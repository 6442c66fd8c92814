"""Whoever ends a command by a signal, a time limit or a closed window ends it as Ctrl-C does."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = ("SIGTERM", "SIGHUP")  # Windows lacks the second
_AGAIN_SECONDS = 0.02


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Raise KeyboardInterrupt on SIGTERM and SIGHUP, so that what is known is kept and told.

    One that somebody ignores or handles, as `nohup` does, stays as it is.
    """
    ours = [number for name in _NAMES if (number := getattr(signal, name, None)) is not None]
    if threading.current_thread() is not threading.main_thread():
        ours = []  # only that one may say what a signal does
    ours = [number for number in ours if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, signal.default_int_handler)
    try:
        with _none_lost():
            yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def _none_lost() -> Iterator[None]:
    """Interrupt again where an interrupt met code of which Python ignores what it raises.

    Such is a callback of the garbage collector, as Hypothesis has one, and a `__del__`.
    """
    before = sys.unraisablehook

    def hook(ignored: sys.UnraisableHookArgs) -> None:
        if issubclass(ignored.exc_type, KeyboardInterrupt):
            _thread.start_new_thread(again, ())  # here it would be ignored once more
        else:
            before(ignored)

    def again() -> None:
        time.sleep(_AGAIN_SECONDS)
        if sys.unraisablehook is hook:
            _interrupt()

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def _interrupt() -> None:
    """Send the main thread one of those signals that raise KeyboardInterrupt there."""
    all_of_them = [getattr(signal, name, None) for name in ("SIGINT", *_NAMES)]
    for number in filter(None, all_of_them):
        if signal.getsignal(number) is signal.default_int_handler:
            if sys.platform == "win32":
                signal.raise_signal(number)
            else:
                signal.pthread_kill(threading.main_thread().ident or 0, number)
            return
