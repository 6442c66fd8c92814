"""What a grade costs a program that asks for thousands, beside the same programs run bare.

    python -m benchmarks.library [--programs 64] [--rounds 3] [--write]

The assignment is benchmarks/small, the programs those of `benchmarks.course`: right and wrong ones
in turn, no two of the same bytes. One `Grader` on all cores has 1, 8 and 64 of them in flight; the
bare side starts an interpreter for each, as many at a time as there are cores, which imports torch,
runs the program and asks it one question: no wall, no checks, no counterexample. Sides run in
random order in each round. Shown is the rate, without the seconds in which the grader starts.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.course_small import SMALL, hand_in
from benchmarks.machine import describe_machine
from grader import Grader, GradingOptions

RESULTS = Path(__file__).with_name("results") / "library.md"
IN_FLIGHT = (1, 8, 64)
BARE = "a bare subprocess each"
QUESTION = "\n\nprint(mse(torch.zeros(2), torch.ones(2)))\n"


def grade(grader: Grader, programs: Sequence[str], in_flight: int) -> float:
    """Grade all with so many in flight; return how many a second."""
    began = time.perf_counter()
    with ThreadPoolExecutor(in_flight) as pool:
        grades = list(pool.map(grader.grade, programs))
    seconds = time.perf_counter() - began
    if [grade.reward == 1 for grade in grades] != [n % 2 == 0 for n in range(len(programs))]:
        raise RuntimeError("not every second one is right")
    return len(programs) / seconds


def run_bare(programs: Sequence[str]) -> float:
    """Run all, an interpreter each, as many at a time as there are cores; how many a second."""

    def run(program: str) -> None:
        words = [sys.executable, "-c", program + QUESTION]
        subprocess.run(words, capture_output=True, check=True)

    began = time.perf_counter()
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(run, programs))
    return len(programs) / (time.perf_counter() - began)


def measure(programs: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Return the rates of each side, round by round."""
    rates: dict[str, list[float]] = {f"{n} in flight": [] for n in IN_FLIGHT} | {BARE: []}
    with Grader(SMALL, options=GradingOptions(seed=1)) as grader:
        grade(grader, programs[:4], 2)
        for _ in range(rounds):
            for side in random.sample(list(rates), len(rates)):
                in_flight = int(side.split()[0]) if side != BARE else 0
                found = grade(grader, programs, in_flight) if in_flight else run_bare(programs)
                rates[side].append(found)
                print(f"{side}: {found:.2f} a second", flush=True)
    return rates


def describe(rates: dict[str, list[float]], count: int) -> str:
    """Return the table."""
    bare = statistics.median(rates[BARE])
    lines = [
        f"# {count} programs as a library grades them: how many a second",
        "",
        describe_machine(),
        "",
        f"Rounds: {len(rates[BARE])}. By `python -m benchmarks.library`.",
        "",
        "| side | a second | least to most | times the bare one |",
        "|---|---|---|---|",
    ]
    for side, found in rates.items():
        middle = statistics.median(found)
        spread = f"{min(found):.2f} to {max(found):.2f}"
        lines.append(f"| {side} | {middle:.2f} | {spread} | {middle / bare:.1f} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--programs", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/library.md")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        files = hand_in(Path(place, "class"), chosen.programs)
        programs = [file.read_text(encoding="utf-8") for file in files]
    table = describe(measure(programs, chosen.rounds), chosen.programs)
    print(table)
    if chosen.write:
        RESULTS.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
