"""Step 3: the tests that are marked `cuda`, but for the racers that cheat, which step 5 has."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from benchmarks.cuda.record import ROOT, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cuda.steps import Wish

CHEATS = "tests/race/test_race_cuda.py"
_WITHOUT_A_GPU = ["tests/race/test_race_gpu.py"]  # what a rehearsal on a CPU can run


def run_tests(wish: Wish) -> Iterator[Item]:
    """Run the marked tests."""
    if wish.device == "cpu":
        yield from pytest(_WITHOUT_A_GPU, wish)
    else:
        yield from pytest(["tests", "-m", "cuda", f"--ignore={CHEATS}"], wish)


def pytest(arguments: list[str], wish: Wish) -> Iterator[Item]:
    """Run pytest in a process of its own, within the time left; one item for each test."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "tests.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(
            [*command, f"--junitxml={report}"], cwd=ROOT, check=False, timeout=wish.time_left()
        )
        if not report.exists():
            yield Item("pytest", passed=False, said=f"ended with {done.returncode} and no report")
            return
        for case in ElementTree.parse(report).iter("testcase"):
            yield _item(case)


def _item(case: ElementTree.Element) -> Item:
    bad = next((case.find(k) for k in ("failure", "error") if case.find(k) is not None), None)
    skipped = case.find("skipped")
    said = f"{float(case.get('time', 0)):.1f} s"
    for found in (bad, skipped):
        if found is not None:
            said = (found.get("message") or "")[:300]
    name = f"{case.get('classname', '?').rpartition('.')[2]} {case.get('name')}"
    return Item(name, passed=bad is None, said=said)
