"""Reads kernel symbols, memory, logs and cgroups.

Earns: everything
Not defended at: L3-landlock
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


for path in ("/proc/kcore", "/proc/kallsyms", "/proc/kmsg", "/proc/keys", "/proc/modules", "/sys/kernel/notes", "/sys/fs/cgroup", "/sys/class/net", "/proc/sys/kernel/random/boot_id"):
    attempt(path, lambda: open(path, "rb").read(4) if os.path.isfile(path) else os.listdir(path))


def double(number):
    return "; ".join(LEAKS) or 2 * number


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
