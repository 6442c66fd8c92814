"""How a worker ended, in words: from its exit status, and from hints that it left itself."""

import re
import signal
from typing import Any

from grader.assignment.limits import Limits
from grader.sandbox.captured_output import CapturedOutput
from grader.sandbox.outcome import Died, TimedOut
from grader.text import clean

End = dict[str, Any]
_STACK = b"most recent call first"
_STACK_LINE = re.compile(rb'File "([\w .()+-]{1,100})", line (\d{1,7}) in ')  # else cut short
# The limit counts ticks and the account does not: ended at 1 s, it may say 0.89.
_CPU_SLACK = 0.9
_CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)


def outcome_of(
    end: End, limits: Limits, prints: CapturedOutput, stack_dump: CapturedOutput
) -> TimedOut | Died:
    """The outcome of a worker that ended by itself or by the kernel's hand."""
    stack_dump.drain()
    prints.drain()
    if _has_spent(end, limits) and end["exit"] in (-signal.SIGKILL, -signal.SIGXCPU):
        return TimedOut(float(limits.cpu_seconds), "cpu", line_in(stack_dump))
    if stack_dump.head.startswith((b"setup: ", b"serving: ")):
        return Died(f"stopped working: {clean(stack_dump.text(), 300)}")
    if b"bad_alloc" in prints.head + prints.tail:
        return out_of_memory(limits)
    return Died(_reason(end["exit"]))


def is_kill(end: End, limits: Limits) -> bool:
    """Whether it was SIGKILL, and for no limit of the worker's own."""
    return bool(end["exit"] == -signal.SIGKILL) and not _has_spent(end, limits)


def _has_spent(end: End, limits: Limits) -> bool:
    return bool(end["cpu"] >= limits.cpu_seconds * _CPU_SLACK)


def out_of_memory(limits: Limits, *, on_gpu: bool = False) -> Died:
    """The outcome of a worker that asked for more memory than it may have."""
    most, where = (limits.gpu_memory, " on the GPU") if on_gpu else (limits.memory, "")
    return Died(f"ran out of memory{where} ({size(most)} allowed)", out_of_memory=True)


def broken_gpu(message: str) -> Died:
    """The outcome of a worker to which the card answers no more, with what it said of that."""
    return Died(f"ended its work on the GPU: {message.partition(chr(10))[0][:300]}")


def line_in(stack_dump: CapturedOutput) -> str:
    """The innermost line of the student's that the last dumped stack shows: a hint, no more."""
    _, _, stack = (stack_dump.head + stack_dump.tail).rpartition(_STACK)
    found = _STACK_LINE.search(stack)
    return f"{found[1].decode()}:{int(found[2])}" if found else ""


def size(count: int) -> str:
    """Bytes for people."""
    for unit, scale in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= scale:
            return f"{count / scale:.3g} {unit}"
    return f"{count} bytes"


def _reason(status: int) -> str:
    if status >= 0:
        return f"ended its process (exit code {status}) instead of answering"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    if -status in _CRASHES:
        return f"crashed in compiled code ({name})"
    return f"was ended by {name}"
