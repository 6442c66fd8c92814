"""Opens pipes and makes them as large as they will go.

Earns: everything
"""

import fcntl
import os


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


pipes = []
try:
    while len(pipes) < 2000:
        pipes.append(os.pipe())
        os.set_blocking(pipes[-1][1], False)
        fcntl.fcntl(pipes[-1][1], 1031, 1 << 20)
        os.write(pipes[-1][1], bytes(1 << 20))
except OSError:
    pass
if len(pipes) > 64:
    LEAKS.append(f"LEAK: {len(pipes)} pipes")
for pair in pipes:
    os.close(pair[0]), os.close(pair[1])


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
