"""Asks that nobody else may run on its core's other half.

Earns: everything
"""

import ctypes
import errno

libc = ctypes.CDLL(None, use_errno=True)
LEAKS = []
CORE_SCHEDULING, CREATE, SHARE_TO = 62, 1, 2
for command in (CREATE, SHARE_TO):
    if libc.prctl(CORE_SCHEDULING, command, 0, 0, 0) == 0 or ctypes.get_errno() != errno.EPERM:
        LEAKS.append(f"LEAK: command {command} was let through")


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
