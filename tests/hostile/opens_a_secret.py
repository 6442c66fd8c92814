"""Opens a world-readable file of the grader's machine by its path.

Earns: everything
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


SECRET = "/tmp/torchmarks-hostile/secret.txt"
attempt("open", lambda: open(SECRET).read())
attempt("os.open", lambda: os.open(SECRET, os.O_RDONLY))
attempt("list", lambda: os.listdir("/tmp/torchmarks-hostile"))
attempt("dirfd", lambda: os.open("secret.txt", os.O_RDONLY, dir_fd=os.open("/tmp/torchmarks-hostile", os.O_PATH)))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
