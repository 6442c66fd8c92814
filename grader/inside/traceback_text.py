"""An exception as a student reads it: the frames of the own files only, and bounded.

The exception comes from the student's code and may be hostile: ``str`` of it may raise,
its class may lie about its name, its message may be a gigabyte. So attributes are read
through the types that own them, and everything is clipped.
"""

import builtins
import linecache
from collections import deque
from types import TracebackType
from typing import Final

TRACEBACK_LIMIT: Final = 2000
MESSAGE_LIMIT: Final = 1000
_FIRST, _LAST = 4, 8
_WALK_LIMIT = 100_000
_MOST_BASES = 20
_FILES: set[str] = set()
_NAME = type.__dict__["__name__"]
_TRACEBACK = BaseException.__dict__["__traceback__"]


def register(filename: str, text: str) -> None:
    """Make the lines of a student's file known to every traceback under ``filename``."""
    _FILES.add(filename)
    lines = [line + "\n" for line in text.split("\n")]
    linecache.cache[filename] = (len(text), None, lines, filename)


def clip(text: str, limit: int) -> str:
    """Give at most ``limit`` characters of a text, as a plain ``str`` that UTF-8 can carry."""
    cut = str.__getitem__(text, slice(0, limit + 1))
    cut = cut.encode("utf-8", "backslashreplace").decode()
    return cut if len(cut) <= limit else cut[: limit - 1] + "…"


def name_of(kind: type) -> str:
    """Name of a class, whatever its metaclass would say."""
    return clip(_NAME.__get__(kind), 100)


def names_of_bases(error: BaseException) -> list[str]:
    """Names of an exception's classes, its own first; Python's own are known by what they are."""
    found = []
    for kind in type.__dict__["__mro__"].__get__(type(error))[:_MOST_BASES]:
        name = name_of(kind)
        ours = getattr(builtins, name, None) is kind
        found.append(f"builtins.{name}" if ours else name.rpartition(".")[2])
    return found


def error_text(error: BaseException) -> tuple[str, str]:
    """Kind and message of an exception: the name of its class and ``str`` of it."""
    kind = name_of(type(error))
    try:
        message = clip(str(error), MESSAGE_LIMIT)
    except BaseException:  # noqa: BLE001 - the student's __str__ may raise anything
        message = "(its message cannot be shown)"
    return kind, message


def error_line(error: BaseException, limit: int = MESSAGE_LIMIT) -> str:
    """Kind and message as the last line of a traceback shows them."""
    kind, message = error_text(error)
    return clip(f"{kind}: {message}" if message else kind, limit)


def student_traceback(error: BaseException) -> str:
    """Give the student's frames, outermost first, and the error: at most 2,000 characters."""
    last = error_line(error)
    try:
        frames = _student_frames(traceback_of(error))
        room = TRACEBACK_LIMIT - len(last) - 1
        return f"{clip(frames, room)}\n{last}" if frames else last
    except BaseException:  # noqa: BLE001 - hostile line caches and the like: do without frames
        return last


def traceback_of(error: BaseException) -> TracebackType | None:
    """Give the traceback of an exception whose class may pretend to have another."""
    found = _TRACEBACK.__get__(error)
    return found if isinstance(found, TracebackType) else None


def _student_frames(trace: TracebackType | None) -> str:
    first: list[TracebackType] = []
    last: deque[TracebackType] = deque(maxlen=_LAST)
    left_out = 0
    for _ in range(_WALK_LIMIT):
        if trace is None:
            break
        if trace.tb_frame.f_code.co_filename in _FILES:
            if len(first) < _FIRST:
                first.append(trace)
            else:
                left_out += len(last) == _LAST
                last.append(trace)
        trace = trace.tb_next
    gap = [f"… {left_out} more frames …"] if left_out else []
    return "\n".join([*map(_frame, first), *gap, *map(_frame, last)])


def _frame(trace: TracebackType) -> str:
    code = trace.tb_frame.f_code
    where = f"{clip(code.co_filename, 120)}, line {trace.tb_lineno}"
    if code.co_name != "<module>":
        where += f", in {clip(code.co_name, 80)}"
    line = clip(linecache.getline(code.co_filename, trace.tb_lineno).strip(), 120)
    return f"{where}\n    {line}" if line else where
