"""Writes files until no more will go in; its own tries then fail, nothing else.

Earns: everything
At L2u, L2: Earns: nothing; Verdict: died
Not defended at: L3b
"""

import os


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


def fill(folder):
    written = 0
    for number in range(50):
        try:
            with open(f"{folder}/{number}", "wb", buffering=0) as file:
                for _ in range(16):
                    written += file.write(bytes(1 << 20))
        except OSError:
            pass
    return written

for folder in (".", "/dev/shm"):
    if os.path.isdir(folder) and (size := fill(folder)) > 8 << 20:
        LEAKS.append(f"LEAK: {size} bytes in {folder}")


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
