"""What the wall costs a whole grade: hw2's property tests behind it, and in process.

    python -m benchmarks.suite [--rounds 5] [--submission FILE]

Both sides are complete commands, run in turn in random order: `pytest assignments/hw2` with the
kit's plug-in, and plain pytest with `benchmarks.inprocess`, which imports the submission into its
own process, as other graders do. Race and growth are left out of both, and both draw their inputs.
Prints wall time, processor time (children included) and the largest proportional set size summed
over all processes.
"""

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.machine import describe_machine
from grader.inside.system import prctl

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests" / "correct" / "hw2" / "numpy_eig.py"
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "assignments/hw2"]
UNTIMED = ["-k", "not is_fast and not grows_like"]
IN_PROCESS = ["-p", "no:torchmarks", "-p", "benchmarks.inprocess", "--in-process"]
UNCACHED = {**os.environ, "XDG_CACHE_HOME": "/dev/null"}
LIMIT, MEMORY_LIMIT = 3.0, 1 << 30
SAMPLE_SECONDS = 0.25
PR_SET_CHILD_SUBREAPER = 36
RESULTS = ROOT / "benchmarks" / "results" / "suite.md"


@dataclass(frozen=True)
class Run:
    """One command: seconds of wall and processor time, bytes at its largest."""

    wall: float
    cpu: float
    memory: int


def run(options: list[str]) -> Run:
    """Run one side to its end, looking at its memory meanwhile. Raises if it does not pass."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        [*PYTEST, *UNTIMED, *options], cwd=ROOT, stdout=subprocess.DEVNULL, env=UNCACHED
    )
    memory = 0
    while process.poll() is None:
        memory = max(memory, proportional_set_size(process.pid))
        time.sleep(SAMPLE_SECONDS)
    wall = time.perf_counter() - began
    with suppress(ChildProcessError):  # until there is none
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise RuntimeError(f"pytest ended with {process.returncode}: {' '.join(options)}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, memory)


def proportional_set_size(pid: int) -> int:
    """Bytes of a process and its descendants, shared pages divided among those that share them."""
    total = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            total += process.memory_full_info().pss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        pass
    return total


def main() -> None:
    """Run both sides in turn and print their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side (default 5)")
    parser.add_argument("--submission", type=Path, default=SAMPLE, help="a correct solution of hw2")
    parser.add_argument("--write", action="store_true", help="keep the page in benchmarks/results")
    options = parser.parse_args()
    prctl(PR_SET_CHILD_SUBREAPER, 1)  # a zygote outlives its launcher: its workers' time is ours
    path = str(options.submission.resolve())
    sides = {"behind the wall": [f"--submission={path}"], "in process": [*IN_PROCESS, path]}
    runs: dict[str, list[Run]] = {name: [] for name in sides}
    for number in range(options.rounds):
        for name in random.sample(list(sides), len(sides)):
            runs[name].append(run(sides[name]))
            print(f"round {number + 1}: {name:16} {runs[name][-1].wall:6.2f} s", file=sys.stderr)
    page = "\n".join(["# What the wall costs a whole grade", "", *table(runs), ""])
    print(page)
    if options.write:
        RESULTS.write_text(page, encoding="utf-8")


def table(runs: dict[str, list[Run]]) -> list[str]:
    """Lay out what both sides took, and what that comes to."""
    lines = [f"{describe_machine()}.", ""]
    lines += ["| side | wall s (median, min…max) | processor s | largest memory MB |"]
    lines += ["|---|---|---|---|"]
    for name, those in runs.items():
        walls = sorted(r.wall for r in those)
        cpu = statistics.median(r.cpu for r in those)
        memory = max(r.memory for r in those) >> 20
        spread = f"{statistics.median(walls):.2f} ({walls[0]:.2f}…{walls[-1]:.2f})"
        lines.append(f"| {name} | {spread} | {cpu:.2f} | {memory} |")
    pairs = zip(runs["behind the wall"], runs["in process"], strict=True)
    ratios = sorted(a.wall / b.wall for a, b in pairs)
    ratio, largest = statistics.median(ratios), max(r.memory for r in runs["behind the wall"])
    spread = f"{ratio:.2f} ({ratios[0]:.2f}…{ratios[-1]:.2f})"
    return [
        *lines,
        "",
        f"* ratio of wall times {spread}, to reach: {LIMIT:g}",
        f"* memory {largest >> 20} MB, to reach: {MEMORY_LIMIT >> 20} MB",
    ]


if __name__ == "__main__":
    main()
