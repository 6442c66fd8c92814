"""Sets the machine's clock, to what it shows already.

Earns: everything
"""

import ctypes
import os
import time


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


attempt("clock", lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()) or 1)
attempt("adjust", lambda: call(159, 171, ctypes.create_string_buffer(b"\x01" + bytes(207))) + 1)
attempt("day", lambda: call(164, 170, ctypes.create_string_buffer(16), 0) + 1)
attempt("name", lambda: call(170, 161, os.uname().nodename.encode(), len(os.uname().nodename)) + 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
