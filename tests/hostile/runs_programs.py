"""Runs other programs in every way that Python has.

Earns: everything
"""

import os
import sys


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


import subprocess

attempt("run", lambda: subprocess.run(["/usr/bin/id"], capture_output=True, timeout=5).stdout)
attempt("system", lambda: os.system("true") == 0 or None)
attempt("popen", lambda: os.popen("id").read() or None)
attempt("spawn", lambda: os.posix_spawn("/bin/true", ["true"], {}))
attempt("python", lambda: subprocess.check_output([sys.executable, "-c", "print(1)"]))
attempt("setuid program", lambda: subprocess.run(["/usr/bin/su", "-c", "id"], capture_output=True, timeout=5).returncode)
attempt("exec", lambda: os.execv("/bin/true", ["true"]))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
