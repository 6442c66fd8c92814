"""A time limit on one piece of a student's code, from inside its own process.

It is a courtesy, so that one slow statement does not cost those after it. Code that
ignores it, or holds the interpreter in C, is killed from outside.
"""

from collections.abc import Callable
from signal import ITIMER_REAL, SIGALRM, setitimer, signal
from types import FrameType

_AGAIN_SECONDS = 0.1  # code that swallows it is told again


class Overtime(BaseException):
    """Raised in code that runs past its limit; again and again if it is swallowed."""


def run_within(seconds: float, act: Callable[[], object]) -> BaseException | None:
    """Call ``act``; give what it raised, ``Overtime`` after ``seconds``; 0 sets no limit.

    Main thread only. The alarm may ring once more after ``act`` has ended, before it is
    switched off; then the current frame is one of this module, and it is not heeded.
    """
    handler = signal(SIGALRM, _ring)
    timer = setitimer(ITIMER_REAL, seconds, _AGAIN_SECONDS if seconds else 0)
    try:
        act()
    except BaseException as error:  # noqa: BLE001 - whatever the student raises is data
        return error
    finally:
        # The timer first: an alarm that finds the old handler would end the process.
        setitimer(ITIMER_REAL, *timer)
        signal(SIGALRM, handler)
    return None


def _ring(_number: int, frame: FrameType | None) -> None:
    if frame is not None and frame.f_code.co_filename != __file__:
        raise Overtime
