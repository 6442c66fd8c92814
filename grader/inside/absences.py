"""What is at home and not where it is graded, said to the student whose code looked for it.

A library, a file, a file of one's own under a name of Python's, and somebody who types.
"""

import os
import sys
from types import ModuleType, TracebackType
from typing import Final

from . import program

NOBODY: Final = (
    "nobody types while it is graded: put a value, or an argument of a function, in the place of "
    "input()"
)
NO_MORE_LINES: Final = "it asks for more lines than it is given to read"
_END = "EOF when reading a line"
_WALK_LIMIT = 1000


def words_for(error: BaseException, message: str, trace: TracebackType | None) -> str:
    """Say what an error looked for that is not there; "" where it is about none of that."""
    kind = type(error)
    if issubclass(kind, EOFError):
        return _no_line(trace) if message == _END else ""
    if issubclass(kind, ImportError):
        name = ImportError.__dict__["name"].__get__(error)
        if type(name) is not str:
            return ""
        if issubclass(kind, ModuleNotFoundError):
            return _no_module(name) if message == f"No module named {name!r}" else ""
        return _namesake(name)
    if issubclass(kind, AttributeError):
        asked = AttributeError.__dict__["obj"].__get__(error)
        return _namesake(asked.__name__) if type(asked) is ModuleType else ""
    return ""


def _no_line(trace: TracebackType | None) -> str:
    """Say why there is no line: a program is given some to read, a function none."""
    for _ in range(_WALK_LIMIT):
        if trace is None:
            break
        if trace.tb_frame.f_code is program.run.__code__:
            return NO_MORE_LINES
        trace = trace.tb_next
    return NOBODY


def _no_module(name: str) -> str:
    if "." in name:
        return ""
    return (
        f"no library of this name is installed where it is graded, and no {name}.py was handed in "
        "with it: do without the library, or hand in the file"
    )


def _namesake(name: object) -> str:
    """Say of a module of Python's own that a file beside the submission has its name."""
    if type(name) is not str or name not in sys.stdlib_module_names:
        return ""
    if not os.path.isfile(f"{name}.py"):
        return ""
    return (
        f"when it is graded {name} is Python's own module, and not the {name}.py beside it: give "
        "that another name"
    )
