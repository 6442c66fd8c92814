"""A time limit on one piece of a student's code, from inside its own process.

It is a courtesy, so that one slow statement does not cost those after it. Code that
ignores it, or holds the interpreter in C, is killed from outside. Where the system has no
alarm (Windows) nothing ends it earlier, and what comes too late is told as late all the same.
"""

import os
import signal
import time
from collections.abc import Callable
from types import FrameType

_AGAIN_SECONDS = 0.1  # code that swallows it is told again


class Overtime(BaseException):
    """Raised in code that runs past its limit; again and again if it is swallowed."""


def own_seconds() -> float:
    """A clock that stands while others have the core, so that a busy machine changes no grade."""
    return time.monotonic() - _queued_seconds()


def run_within(seconds: float, act: Callable[[], object]) -> BaseException | None:
    """Call ``act``; give what it raised, ``Overtime`` after ``seconds``; 0 sets no limit.

    Main thread only. The alarm may ring once more after ``act`` has ended, before it is
    switched off; then the current frame is one of this module, and it is not heeded.
    """
    end = own_seconds() + seconds
    if not hasattr(signal, "setitimer"):
        error = _without_limit(act)
        return Overtime() if seconds and own_seconds() > end else error

    def ring(_number: int, frame: FrameType | None) -> None:
        if frame is None or frame.f_code.co_filename == __file__:
            return
        if (left := end - own_seconds()) > 0:
            signal.setitimer(signal.ITIMER_REAL, left, _AGAIN_SECONDS)
            return
        raise Overtime

    handler = signal.signal(signal.SIGALRM, ring)
    again = _AGAIN_SECONDS if seconds else 0
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, again)
    try:
        return _without_limit(act)
    finally:
        # The timer first: an alarm that finds the old handler would end the process.
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


def _without_limit(act: Callable[[], object]) -> BaseException | None:
    try:
        act()
    except BaseException as error:  # noqa: BLE001 - whatever the student raises is data
        return error
    return None


def _queued_seconds() -> float:
    """For how long this process was ready to run and others had the core; 0 where nobody counts."""
    try:  # opened anew each time: a worker has no descriptor but those that it was given
        account = os.open("/proc/self/schedstat", os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return 0.0
    try:
        return int(os.read(account, 100).split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
    finally:
        os.close(account)
