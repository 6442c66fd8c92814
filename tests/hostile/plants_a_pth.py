"""Plants code that every later Python would run at its start.

Earns: everything
"""

import os
import torch


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


import site, sysconfig

for folder in {*site.getsitepackages(), sysconfig.get_path("stdlib"), os.path.dirname(os.path.dirname(torch.__file__)), "/usr/lib/python3/dist-packages"}:
    for name in ("evil.pth", "sitecustomize.py", "usercustomize.py", "__pycache__/os.cpython-311.pyc"):
        attempt(f"{folder}/{name}", lambda: os.close(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT)) or 1)
for file in (torch.__file__, os.__file__):
    attempt(file, lambda: os.close(os.open(file, os.O_WRONLY)) or 1)
    attempt(f"chmod {file}", lambda: os.chmod(file, 0o777) or 1)


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
