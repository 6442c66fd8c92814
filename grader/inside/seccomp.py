"""The system-call filter of a worker, as a classic BPF program written by hand.

Namespaces and Landlock take away *what* can be reached; the filter leaves only the
verbs of ``calls``: no processes, tracing, mounting, signals to others, clock, and
none of the young corners of the kernel where most of its faults are found.
"""

import ctypes
import errno
import struct
from collections.abc import Iterable
from functools import cache

from . import system
from .calls import Only, allowed
from .syscalls import FIRST_YOUNG, NUMBER

_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# SECCOMP_SET_MODE_FILTER; _FLAG_TSYNC, for a GPU's driver has threads.
_SET_FILTER, _ALL_THREADS = 1, 1
# Decided first, since a kernel older than 5.11 runs the filter for each call from its beginning.
_FREQUENT = ("futex", "readv", "writev", "read", "write", "mmap", "munmap", "close")

# Of linux/bpf_common.h; the answers are SECCOMP_RET_ALLOW, _KILL_PROCESS and _ERRNO.
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_AT_NUMBER, _AT_ARCHITECTURE = 0, 4

Step = tuple[int, int, int, int]


def install(profile: str, own_pid: int | None = None, device: str = "cpu") -> None:
    """Filter every thread of this process, for good; ``calls`` says what each word means."""
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)
    load(code_for(profile, own_pid, device), _ALL_THREADS)


@cache
def code_for(profile: str, own_pid: int | None, device: str = "cpu") -> bytes:
    """The filter as the kernel takes it: once made, it is there for all that are forked later."""
    return assemble(program(profile, own_pid, device))


def assemble(steps: list[Step]) -> bytes:
    """Write instructions as the kernel takes them."""
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def load(code: bytes, flags: int = 0) -> None:
    """Hand a program to the kernel."""
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    system.syscall(NUMBER["seccomp"], _SET_FILTER, flags, header)


def program(profile: str, own_pid: int | None, device: str = "cpu") -> list[Step]:
    """The filter's instructions: architecture, the frequent, those with arguments, all others.

    A refused call that is young does not exist, so that libraries fall back on an older one
    whose arguments can be read here (clone3, openat2); an older one is not permitted.
    """
    calls = {NUMBER[name]: only for name, only in allowed(profile, own_pid, device).items()}
    calls.pop(-1, None)  # what this machine does not have
    plain = {number for number, only in calls.items() if not only}
    first = [n for name in _FREQUENT if (n := NUMBER[name]) in calls]
    steps = architecture()
    for number in [*first, *sorted(calls.keys() - plain - {*first})]:
        steps += when(number, [*_demand(calls[number]), (_RETURN, 0, 0, _ALLOW)])
    for low, high in _runs(plain - {*first}):
        steps += [(_JUMP_AT_LEAST, 0, 2, low), (_JUMP_AT_LEAST, 1, 0, high + 1)]
        steps.append((_RETURN, 0, 0, _ALLOW))
    young = [(_JUMP_AT_LEAST, 0, 1, FIRST_YOUNG), (_RETURN, 0, 0, _FAIL | errno.ENOSYS)]
    return [*steps, *young, (_RETURN, 0, 0, _FAIL | errno.EPERM)]


def architecture() -> list[Step]:
    """Another architecture's calls end the process; x32's are counted among the young."""
    return [
        (_LOAD, 0, 0, _AT_ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _ARCHITECTURE[system.MACHINE]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _AT_NUMBER),
    ]


def when(number: int, block: list[Step]) -> list[Step]:
    """Steps for one call alone; all their ways must end in them."""
    return [(_JUMP_EQUAL, 0, len(block), number), *block]


def _demand(only: tuple[Only, ...]) -> list[Step]:
    """Refuse the call if an argument is not as it must be, and go on otherwise."""
    steps: list[Step] = []
    for part in only:
        last = len(part.values)
        steps += [(_LOAD, 0, 0, part.offset), (_AND, 0, 0, part.mask)]
        for left, value in zip(range(last, 0, -1), part.values, strict=True):
            found, otherwise = (left, 0) if part.among else (left - 1, left == 1)
            steps.append((_JUMP_EQUAL, found, int(otherwise), value))
        steps.append((_RETURN, 0, 0, _FAIL | errno.EPERM))
    return steps


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as runs of neighbours, the first and the last of each."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        low = runs.pop()[0] if runs and runs[-1][1] == number - 1 else number
        runs.append((low, number))
    return runs
