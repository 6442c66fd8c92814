"""Writes a program and runs it.

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


with open("program", "w") as file:
    file.write("#!/bin/sh\nexit 0\n")
try:
    os.chmod("program", 0o755)
except OSError:
    pass
attempt("own program", lambda: os.execv("./program", ["program"]))
attempt("by descriptor", lambda: os.execve(os.open("program", os.O_RDONLY), ["program"], {}))
attempt("the loader", lambda: os.execv("/lib64/ld-linux-x86-64.so.2", ["ld", "./program"]))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
