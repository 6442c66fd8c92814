"""Changes, truncates, dates, renames and removes a file that everybody may write.

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


FILE = "/tmp/torchmarks-hostile/writable.txt"
attempt("append", lambda: open(FILE, "a").write("x"))
attempt("truncate", lambda: os.truncate(FILE, 0) or 1)
attempt("open to truncate", lambda: os.open(FILE, os.O_RDONLY | os.O_TRUNC))
attempt("chmod", lambda: os.chmod(FILE, 0o600) or 1)
attempt("utime", lambda: os.utime(FILE, (0, 0)) or 1)
attempt("xattr", lambda: os.setxattr(FILE, "user.x", b"1") or 1)
attempt("rename", lambda: os.rename(FILE, FILE + "2") or 1)
attempt("unlink", lambda: os.unlink(FILE) or 1)
attempt("link", lambda: os.link(FILE, "mine") or 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
