"""Reaches a secret through links, /proc/self/root and the parent of its folder.

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
attempt("hard link", lambda: os.link(SECRET, "hard") or open("hard").read())
attempt("symbolic link", lambda: os.symlink(SECRET, "soft") or open("soft").read())
attempt("root", lambda: open("/proc/self/root" + SECRET).read())
attempt("cwd", lambda: open("/proc/self/cwd/../.." + SECRET).read())
attempt("first", lambda: open("/proc/1/root" + SECRET).read())
attempt("dots", lambda: open("/usr/../" + SECRET).read())
attempt("old", lambda: os.listdir("/old"))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
