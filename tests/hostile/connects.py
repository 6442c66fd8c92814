"""Connects to a server that listens on this machine, and out.

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


import urllib.request

for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    attempt(host, lambda: socket.socket(family).connect((host, 47113)) or 1)
attempt("web", lambda: urllib.request.urlopen("http://127.0.0.1:47113", timeout=2).read())


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
