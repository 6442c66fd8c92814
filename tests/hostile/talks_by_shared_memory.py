"""Leaves System V and POSIX shared memory, queues and semaphores for its next worker.

Earns: everything
"""

import ctypes
import os


libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def call(x86, arm, *words):
    number = arm if os.uname().machine == "aarch64" else x86
    if number < 0:
        raise OSError("no such call here")
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(w) if isinstance(w, int) else w for w in words])
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


attempt("shmget", lambda: call(29, 194, 0x7071, 4096, 0o1666))
attempt("semget", lambda: call(64, 190, 0x7071, 1, 0o1666))
attempt("msgget", lambda: call(68, 186, 0x7071, 0o1666))
attempt("mq_open", lambda: call(240, 180, b"/torchmarks", 0o102, 0o666, 0))
from multiprocessing import shared_memory

try:
    shared_memory.SharedMemory("torchmarks-note", create=True, size=64)
except FileExistsError:
    LEAKS.append("LEAK: shared memory of another worker")
except OSError:
    pass


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
