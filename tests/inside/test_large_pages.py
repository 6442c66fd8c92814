"""Memory in large pages is the same memory, here and in a fork."""

import os
import subprocess
import sys

from grader.inside import system

TRY = """
import os
from grader.inside import large_pages

held = bytearray(os.urandom(1 << 16) * (1 << 9))
before = hash(bytes(held))
large_pages.join_pages()
child = os.fork()
if child == 0:
    right = hash(bytes(held)) == before
    held[::4096] = bytes(len(held) // 4096)
    os._exit(0 if right else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert hash(bytes(held)) == before
lines = open("/proc/self/smaps_rollup").read().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("AnonHugePages")))
"""


def test_what_was_held_is_held_and_a_fork_has_its_own():
    """Nothing changes; where the kernel can, the larger part of it lies in large pages."""
    done = subprocess.run([sys.executable, "-c", TRY], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    can = tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 1)
    has = os.path.exists("/sys/kernel/mm/transparent_hugepage")
    assert int(done.stdout) >= (1 << 14 if can and has else 0)


def test_a_place_that_is_not_ours_is_refused():
    """It is no error that the kernel will not."""
    assert system.collapse(0, 2 << 20) is False
