"""Listens for connections.

Earns: everything
"""

import socket


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


def listen(family, where):
    s = socket.socket(family)
    s.bind(where)
    s.listen()
    return s.getsockname()

attempt("tcp", lambda: listen(socket.AF_INET, ("0.0.0.0", 0)))
attempt("unix", lambda: listen(socket.AF_UNIX, "here"))
attempt("abstract", lambda: listen(socket.AF_UNIX, "\0torchmarks-mine"))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
