"""Enters new namespaces, or those of others.

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


for kind in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x8000000, 0x4000000, 0x2000000, 0x80):
    attempt(f"unshare {kind:#x}", lambda: call(272, 97, kind) or 1)
for name in ("mnt", "pid", "net", "user", "ipc"):
    attempt(f"setns {name}", lambda: call(308, 268, os.open(f"/proc/self/ns/{name}", os.O_RDONLY), 0) or 1)
    attempt(f"parent's {name}", lambda: os.open(f"/proc/{os.getppid()}/ns/{name}", os.O_RDONLY))
attempt("clone", lambda: call(56, 220, 0x10000000 | 17, 0, 0, 0, 0))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
