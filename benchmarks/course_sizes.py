"""Whether a class costs the same a submission however large it is, and how much memory it takes.

    python -m benchmarks.course_sizes [--sizes 100,1000,10000] [--jobs 2] [--write]

`grader class` on benchmarks/small, at full isolation, for a class of each size, and then once more
with nothing to do. Seconds are the wall's after start-up (the event `begin`); the first and the
last fifth are of the class's own gradings, in the order in which they ended. Memory is what all
processes of the command hold at one moment, pages that several share counted once (PSS), looked at
every two seconds: the most of it in the first fifth of the time and in the last.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import psutil

from benchmarks.course_small import ROOT, SMALL, hand_in
from benchmarks.machine import describe_machine

RESULTS = ROOT / "benchmarks" / "results" / "course_sizes.md"
LEVEL, MOST_GIB, IDLE_SECONDS = 0.10, 1.5, 10.0  # what is to be reached
MIB = 1 << 20


@dataclass(frozen=True)
class Run:
    """One class: seconds a submission, in all and in fifths, MiB in fifths, and nothing to do."""

    count: int
    seconds: float
    first: float
    last: float
    memory: tuple[int, int]
    idle: float


def grade(folder: Path, out: Path, jobs: int) -> tuple[float, list[dict[str, str]], list[int]]:
    """Grade a class; return the seconds of it all, what happened, and the memory on the way."""
    events = out.with_suffix(".jsonl")
    events.unlink(missing_ok=True)
    words = ["class", str(SMALL), str(folder), "--out", str(out), "--quiet", "--seed", "1"]
    words += ["--jobs", str(jobs), "--events", str(events)]
    began = time.perf_counter()
    command = psutil.Popen(
        [sys.executable, "-P", "-m", "grader", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "XDG_CACHE_HOME": str(out.with_suffix(".cache")),
        },  # nothing is drawn yet
        stdout=subprocess.DEVNULL,
    )
    held = []
    while command.poll() is None:
        held.append(memory_of(command))
        time.sleep(2)
    if command.returncode != 0:
        raise RuntimeError(f"grader class: exit code {command.returncode}")
    heard = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    return time.perf_counter() - began, heard, held


def memory_of(command: psutil.Process) -> int:
    """MiB that a process and all that it started hold now."""
    held = 0
    with suppress(psutil.NoSuchProcess):
        for process in (command, *command.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                held += process.memory_full_info().pss
    return held // MIB


def measure(count: int, jobs: int) -> Run:
    """Grade a class of so many, and again."""
    with tempfile.TemporaryDirectory() as place:
        hand_in(Path(place, "class"), count)
        where = Path(place, "class"), Path(place, "grades"), jobs
        _, heard, held = grade(*where)
        idle, again, _ = grade(*where)
    if sum(line["event"] == "graded" for line in heard) != count:
        raise RuntimeError("not all were graded")
    if any(line["event"] == "graded" for line in again):
        raise RuntimeError("something was graded twice")
    times = [at(line) for line in heard if line["event"] in ("begin", "graded")]
    fifth = max(1, count // 5)
    first, last = times[fifth] - times[0], times[-1] - times[-1 - fifth]
    some = max(1, len(held) // 5)
    memory = max(held[:some]), max(held[-some:])
    return Run(count, (times[-1] - times[0]) / count, first / fifth, last / fifth, memory, idle)


def at(line: dict[str, str]) -> float:
    """When something happened, in seconds."""
    return datetime.fromisoformat(line["at"]).timestamp()


def describe(runs: Sequence[Run], jobs: int) -> str:
    """Return the table, and what is reached."""
    lines = [
        f"# Classes of any size, {jobs} at a time",
        "",
        describe_machine(),
        "",
        "| submissions | seconds each | first fifth | last fifth | MiB first | MiB last | again |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.count} | {r.seconds:.3f} | {r.first:.3f} | {r.last:.3f} | {r.memory[0]} "
        f"| {r.memory[1]} | {r.idle:.1f} s |"
        for r in runs
    ]
    level = all(abs(b.seconds / a.seconds - 1) <= LEVEL for a, b in pairwise(runs))
    small = max(max(r.memory) for r in runs) < MOST_GIB * 1024
    quick = max(r.idle for r in runs) < IDLE_SECONDS
    goals = {
        f"level within {100 * LEVEL:.0f} %": level,
        f"memory under {MOST_GIB} GB": small,
        f"a second run under {IDLE_SECONDS:.0f} s": quick,
    }
    told = (f"{goal}: {'met' if met else 'missed'}" for goal, met in goals.items())
    return "\n".join([*lines, "", f"To reach: {'; '.join(told)}.", ""])


def main() -> None:
    """Measure, print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.relative_to(ROOT)}")
    chosen = parser.parse_args()
    runs = [measure(int(size), chosen.jobs) for size in chosen.sizes.split(",")]
    table = describe(runs, chosen.jobs)
    print(table)
    if chosen.write:
        RESULTS.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
