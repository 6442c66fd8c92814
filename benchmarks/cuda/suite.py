"""Steps 3 and 7: the tests that are marked `cuda`, and among them the racers that cheat."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.cuda.record import ROOT, Item
from benchmarks.cuda.tell import ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cuda.steps import Wish

CHEATS = "tests/race/test_race_cuda.py"
_WITHOUT_A_GPU = "tests/race/test_race_gpu.py"  # what a rehearsal on a CPU can run
_MARK = "pytest.mark.cuda"


def run_tests(wish: Wish) -> Iterator[Item]:
    """Run the marked tests but for the cheats, which take longest."""
    if wish.device == "cpu":
        yield from _pytest([_WITHOUT_A_GPU], wish)
    else:
        yield from _pytest([*marked_files(), "-m", "cuda"], wish)


def marked_files() -> list[str]:
    """Return the files with marked tests, but for the cheats, which have a step of their own.

    The other files may import what is not there beside a card.
    """
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    marked = [path for path in paths if _MARK in path.read_text("utf-8")]
    return [name for path in marked if (name := path.relative_to(ROOT).as_posix()) != CHEATS]


def race_cheats(wish: Wish) -> Iterator[Item]:
    """Race everything that cheats on a GPU; it is skipped where there is none."""
    yield from _pytest([CHEATS], wish)


def _pytest(arguments: list[str], wish: Wish) -> Iterator[Item]:
    """Run pytest in a process of its own, which tells of each test as it ends."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-p", "benchmarks.cuda.tell", *arguments]
    environment = {**os.environ, ITEMS: str(wish.items)}
    done = subprocess.run(command, cwd=ROOT, check=False, env=environment)
    ran = done.returncode in (0, 1)
    said = "ran to its end" if ran else f"ended with exit code {done.returncode}"
    yield Item("pytest", passed=ran, said=said)
