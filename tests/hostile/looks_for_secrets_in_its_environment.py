"""Looks for tokens and paths in its environment and its command line.

Earns: everything
"""

import ctypes
import os


LEAKS = []


def attempt(what, act):
    try:
        got = act()
    except Exception:
        return
    if got is not None:
        LEAKS.append(f"LEAK: {what}: {got!r}"[:200])


for key, value in os.environ.items():
    if any(word in (key + value).upper() for word in ("TOKEN", "SECRET", "GITHUB", "CANARY")):
        LEAKS.append(f"LEAK: {key}={value}")
line = open("/proc/self/cmdline", "rb").read() if os.access("/proc/self/cmdline", os.R_OK) else b""
if b"assignment" in line or b"hostile" in line:
    LEAKS.append(f"LEAK: {line!r}")
environ = ctypes.CDLL(None)
for name in (b"TORCHMARKS_SECRET", b"GITHUB_TOKEN", b"HYPOTHESIS_STORAGE_DIRECTORY"):
    environ.getenv.restype = ctypes.c_char_p
    if environ.getenv(name):
        LEAKS.append(f"LEAK: {name!r}")


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
