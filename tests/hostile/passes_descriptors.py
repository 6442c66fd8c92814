"""Floods the grader with descriptors on the line that it has to it.

Earns: everything
"""

import array
import socket


LEAKS = []
MANY = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2] * 20))]


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=3)
for _ in range(20):
    attempt("descriptors alone", lambda: line.sendmsg([b""], MANY))
    attempt("descriptors", lambda: line.sendmsg([b"x"], MANY))
line.detach()


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
