"""Who descends from whom, and who is still there: read from /proc."""

import os
import time


def parents():
    """Every process's parent."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as facts:
                    state, parent = facts.read().rpartition(b")")[2].split()[:2]
            except OSError:
                continue
            if state != b"Z":
                found[int(name)] = int(parent)
    return found


def descendants(pid):
    """All live processes below one."""
    family = parents()
    found, waiting = set(), {pid}
    while waiting:
        waiting = {child for child, parent in family.items() if parent in waiting} - found
        found |= waiting
    return found


def alive(pids, seconds=30):
    """Those of some processes that are still there after at most so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        left = set(pids) & set(parents())
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.02)
