"""Leaves a daemon behind that outlives its worker.

Earns: everything
"""

import os
import time


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(30)
        os._exit(0)
    return "a daemon"

attempt("daemon", daemon)
attempt("setsid", lambda: os.setsid() or 1)
attempt("setpgid", lambda: os.setpgid(0, 0) or 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
