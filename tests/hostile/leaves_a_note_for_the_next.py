"""Leaves files for its next worker, in every folder that it may write.

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


FOLDERS = (".", "/dev/shm", "/tmp", "/var/tmp", os.environ["HOME"])
for note in [os.path.join(folder, "note") for folder in FOLDERS]:
    if os.path.exists(note):
        LEAKS.append(f"LEAK: {note}")
for note in [os.path.join(folder, "note") for folder in FOLDERS]:
    try:
        open(note, "w").write("the answer was 6")
    except OSError:
        pass


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
