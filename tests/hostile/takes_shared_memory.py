"""Takes anonymous shared memory, which the limit of private memory does not see.

Earns: everything
"""

import mmap


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


taken = []
try:
    while len(taken) < 64:
        taken.append(mmap.mmap(-1, 32 << 20))
except (OSError, ValueError, MemoryError):
    pass
if len(taken) * 32 > 256 + 512:
    LEAKS.append(f"LEAK: {len(taken) * 32} MiB")
taken.clear()


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
