"""Moves to another core, and asks for a higher priority.

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


attempt("affinity", lambda: os.sched_setaffinity(0, {0}) or 1)
attempt("fifo", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)) or 1)
attempt("idle", lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0)) or 1)
attempt("nice", lambda: os.nice(-1))
attempt("set nice", lambda: os.setpriority(os.PRIO_PROCESS, 0, 5) or 1)
attempt("input and output", lambda: call(251, 30, 1, 0, 0) + 1)
attempt("attributes", lambda: call(314, 274, 0, ctypes.create_string_buffer(48), 0) + 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
