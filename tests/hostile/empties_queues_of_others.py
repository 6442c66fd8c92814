"""Guesses the numbers of message queues and semaphores of others, and would empty and remove them.

Earns: everything
"""

import ctypes
import errno
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
LEAKS = []
NOWHERE = 0x7FFFFFF
CALLS = {
    "msgctl": (71, 187, NOWHERE, 0, 0),
    "msgrcv": (70, 188, NOWHERE, 0, 0, 0, 0o4000),
    "msgsnd": (69, 189, NOWHERE, 0, 0, 0o4000),
    "semctl": (66, 191, NOWHERE, 0, 0),
    "semop": (65, 193, NOWHERE, 0, 1),
    "semtimedop": (220, 192, NOWHERE, 0, 1, 0),
    "mq_unlink": (241, 181, b"torchmarks-nowhere"),
}
for name, (x86, arm, *words) in CALLS.items():
    number = arm if os.uname().machine == "aarch64" else x86
    words = [ctypes.c_long(w) if isinstance(w, int) else w for w in words]
    if libc.syscall(ctypes.c_long(number), *words) >= 0 or ctypes.get_errno() != errno.EPERM:
        LEAKS.append(f"LEAK: {name} was let through: {os.strerror(ctypes.get_errno())}")


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
