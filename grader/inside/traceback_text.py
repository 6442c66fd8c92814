"""An exception as a student reads it: the frames of the own files only, its causes, and bounded.

The exception comes from the student's code and may be hostile: ``str`` of it may raise,
its class may lie about its name, its message may be a gigabyte. So attributes are read
through the types that own them, and everything is clipped.
"""

import builtins
import linecache
import re
from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final

from . import absences, newer, process_state, refusals

TRACEBACK_LIMIT: Final = 2000
MESSAGE_LIMIT: Final = 1000
_FIRST, _LAST = 4, 8
_MOST_CAUSES, _MOST_NOTES, _MOST_MEMBERS = 3, 3, 5
_LONGEST_READ = 50_000
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_WALK_LIMIT = 100_000
_MOST_BASES = 20
_FILES: set[str] = set()
_NAME = type.__dict__["__name__"]
_TRACEBACK = BaseException.__dict__["__traceback__"]
_CAUSE = BaseException.__dict__["__cause__"]
_CONTEXT = BaseException.__dict__["__context__"]
_IS_HIDDEN = BaseException.__dict__["__suppress_context__"]
_MEMBERS = BaseExceptionGroup.__dict__["exceptions"]


def register(filename: str, text: str, path: str = "") -> None:
    """Make the lines of a student's file known to every traceback under ``filename``.

    Whoever asks for them by the ``path`` at which the file would lie is given them too.
    """
    _FILES.add(filename)
    lines = [line + "\n" for line in text.split("\n")]
    for name in filter(None, (filename, path)):
        linecache.cache[name] = (len(text), None, lines, name)


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
    """Kind and message of an exception: the name of its class and ``str`` of it.

    Where it is about a rule of the wall, about what is not there when it is graded, or about
    Python's version, the message says so.
    """
    kind = name_of(type(error))
    try:
        message = str.__getitem__(str(error), slice(0, _LONGEST_READ))
        message = clip(_BLANK_LINES.sub("\n", message).strip("\n"), MESSAGE_LIMIT)
        more = _reason(error, message)
    except BaseException:  # noqa: BLE001 - the student's __str__ may raise anything
        return kind, "(its message cannot be shown)"
    return kind, f"{message}: {more}" if more else message


def _reason(error: BaseException, message: str) -> str:
    """What lies behind an error whose own words do not tell it, as far as that is known."""
    trace = traceback_of(error)
    if refused := refusals.words_for(error, trace):
        return refused
    if absent := absences.words_for(error, message, trace):
        return absent
    if issubclass(type(error), RuntimeError):
        sources = {name: linecache.getlines(name) for name in _FILES}
        return process_state.culprit_of(message, sources)
    return newer.words_for(error)


def error_line(error: BaseException, limit: int = MESSAGE_LIMIT) -> str:
    """Kind and message as the last line of a traceback shows them."""
    kind, message = error_text(error)
    return clip(f"{kind}: {message}" if message else kind, limit)


def student_traceback(error: BaseException) -> str:
    """Give the student's frames, outermost first, and what led to the error: 2,000 characters.

    That are its notes, its causes with their frames, and the members of a group.
    """
    try:
        return clip("\n".join(_told(error, "", 0)), TRACEBACK_LIMIT)
    except BaseException:  # noqa: BLE001 - hostile line caches and the like: do without frames
        return ""


def _told(error: BaseException, indent: str, depth: int) -> Iterator[str]:
    frames = _student_frames(traceback_of(error))
    yield from (indent + line for line in frames.split("\n") if line)
    yield from (f"{indent}note: {note}" for note in _notes(error))
    if depth >= _MOST_CAUSES:
        return
    for how, other in _others(error):
        yield f"{indent}{how} {error_line(other, 300)}"
        yield from _told(other, indent + "  ", depth + 1)


def _others(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    """Exceptions that an exception brings with it, each with what it is to that one."""
    if issubclass(type(error), BaseExceptionGroup):
        for member in _MEMBERS.__get__(error)[:_MOST_MEMBERS]:
            yield "in this group:", member
    cause, context = _CAUSE.__get__(error), _CONTEXT.__get__(error)
    if cause is not None:
        yield "caused by", cause
    elif context is not None and not _IS_HIDDEN.__get__(error):
        yield "while handling", context


def _notes(error: Any) -> list[str]:  # noqa: ANN401 - an exception that may have any attributes
    notes = getattr(error, "__notes__", None)
    if type(notes) is not list:
        return []
    return [clip(note, 300) for note in notes[:_MOST_NOTES] if isinstance(note, str)]


def traceback_of(error: BaseException) -> TracebackType | None:
    """Give the traceback of an exception whose class may pretend to have another."""
    found = _TRACEBACK.__get__(error)
    return found if isinstance(found, TracebackType) else None


def innermost(error: BaseException) -> tuple[str, int]:
    """Give the student's file and line that an exception came through last; "" and 0 if none."""
    trace, place = traceback_of(error), ("", 0)
    for _ in range(_WALK_LIMIT):
        if trace is None:
            break
        if trace.tb_frame.f_code.co_filename in _FILES:
            place = (clip(trace.tb_frame.f_code.co_filename, 120), trace.tb_lineno)
        trace = trace.tb_next
    return place


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
