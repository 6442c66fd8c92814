"""What the wall does not allow, said to the student whose code ran into it.

The kernel's own words are "Operation not permitted", whatever was tried. What it was is told by
the error and by the library's functions that it came through: a hint, and no more.
"""

import errno
import os
import sys
from types import TracebackType
from typing import Any, Final, NoReturn

PROCESSES: Final = (
    "a submission may not start other programs or processes; in a DataLoader use num_workers=0"
)
NETWORK: Final = (
    "a submission has no network, and may not open sockets: hand in what it needs, or do without it"
)
FILES: Final = (
    "a submission may use no files but those in its own working folder, and change none that were "
    "given to it there"
)
COMPILER: Final = (
    "torch.compile is not allowed: it starts a compiler, and a submission may not start other "
    "programs; call the function as it is"
)
OTHERS: Final = "what this asks of the machine is not allowed to a submission"
_LIBRARIES = (
    (
        PROCESSES,
        ("/subprocess.py", "/multiprocessing/", "/pty.py", "/concurrent/futures/process.py"),
    ),
    (NETWORK, ("/socket.py", "/ssl.py", "/http/client.py", "/urllib/request.py", "/urllib3/")),
)
_STARTS = ("fork", "spawn", "exec", "system", "popen")
_REFUSED = (errno.EPERM, errno.EACCES, errno.EROFS)
_WALK_LIMIT = 1000
_COMPILING = "InductorError"  # of torch, where it was imported too late to be told before
_WORKS = ("eager", "aot_eager")


def words_for(error: BaseException, trace: TracebackType | None) -> str:
    """Say what of the wall's rules an error is about; "" where it is about none."""
    if type.__dict__["__name__"].__get__(type(error)) == _COMPILING:  # whatever its class says
        return COMPILER
    if not issubclass(type(error), OSError):
        return ""
    number, name = _fact(error, "errno"), _fact(error, "filename")
    came_by = _library(trace)
    if came_by == NETWORK or type(error).__name__ == "gaierror":
        return NETWORK
    if number == errno.ENOENT:
        own = os.path.join(os.getcwd(), "")
        is_elsewhere = isinstance(name, str) and name.startswith("/") and not name.startswith(own)
        return FILES if is_elsewhere and not came_by else ""
    if number in _REFUSED:
        return came_by or (FILES if name else PROCESSES if _starts_something(trace) else OTHERS)
    return ""


def refuse_compiling() -> None:
    """Have torch.compile say that it is not allowed, before it has worked for seconds."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return
    compiles: Any = torch.compile

    def compile(*args: object, **kwargs: object) -> Any:  # noqa: A001, ANN401 - as torch calls it
        if kwargs.get("backend") in _WORKS or kwargs.get("disable"):
            return compiles(*args, **kwargs)
        return _refuse()

    torch.compile = compile


def _refuse() -> NoReturn:
    raise RuntimeError(COMPILER)


def _fact(error: BaseException, name: str) -> object:
    return OSError.__dict__[name].__get__(error)


def _library(trace: TracebackType | None) -> str:
    for frame in _frames(trace):
        file = frame.tb_frame.f_code.co_filename
        for words, parts in _LIBRARIES:
            if any(part in file for part in parts):
                return words
    return ""


def _starts_something(trace: TracebackType | None) -> bool:
    """Whether the innermost function called one that starts a process: its names are known."""
    names = [name for last in _frames(trace)[-1:] for name in last.tb_frame.f_code.co_names]
    return any(part in name for name in names for part in _STARTS)


def _frames(trace: TracebackType | None) -> list[TracebackType]:
    found: list[TracebackType] = []
    while trace is not None and len(found) < _WALK_LIMIT:
        found.append(trace)
        trace = trace.tb_next
    return found
