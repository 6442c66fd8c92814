"""Overwrites our own worker, for the next submission to run.

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


import inside.worker

FILE = inside.worker.__file__
attempt("write", lambda: os.open(FILE, os.O_WRONLY))
attempt("create", lambda: os.open(os.path.dirname(FILE) + "/evil.py", os.O_WRONLY | os.O_CREAT))
attempt("rename", lambda: os.rename(FILE, FILE + "2") or 1)
attempt("unlink", lambda: os.unlink(FILE) or 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
