"""Full Hessians side by side: time, spread, peak memory, and the distance from the floor.

    python -m benchmarks.hessian [--sizes 29 295] [--samples 128] [--seconds 4] [--write hessian.md]

All sides run in one process, in turns, on one thread; peak memory is taken in a process of its
own for each side.  The floor is N n^2 flops (one triangle) at the rate that numpy's matrix
product reaches here.  Every answer is compared with ours.  A side whose first lap takes longer
than 10 s is not asked again: that lap is its row.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.hessian_classify import classification
from benchmarks.hessian_sides import SIDES, WIDTHS, Side, draw
from benchmarks.machine import describe_machine, one_thread

RESULTS = Path(__file__).parent / "results"
ONCE = 10.0
"""Seconds beyond which a side's first lap is its only one."""
OWN = ("ours", "ours, lower triangle")
ROWS = 256
HEAD = "| side | median ms | min .. max | CPU ms | times ours | peak MB | laps |"


@dataclass(slots=True)
class Laps:
    """The times of one side, in seconds."""

    run: Side
    wall: list[float]
    cpu: list[float]
    once: bool = False

    def lap(self) -> object:
        """Run once more, and return the answer."""
        cpu, wall = time.process_time(), time.perf_counter()
        answer = self.run()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)
        return answer


def prepare(n: int, samples: int, names: list[str]) -> tuple[dict[str, Laps], list[str]]:
    """Build every side, check its answer and warm it up; also say which are left out."""
    case, theta = draw(n, samples)
    expected = np.array(SIDES["ours"](case, theta)())
    found, notes = {}, []
    for name in names:
        try:
            laps = Laps(SIDES[name](case, theta), [], [])
            error = difference(np.asarray(laps.lap()), expected)
        except (ImportError, MemoryError, RuntimeError) as problem:
            notes.append(f"{name}: skipped, {type(problem).__name__}: {str(problem)[:80]}")
            continue
        if error > 1e-10:
            notes.append(f"{name}: wrong by {error:.1e} of the largest entry")
            continue
        found[name] = laps
        laps.once = laps.wall[0] > ONCE
        if laps.once:
            notes.append(f"{name}: one lap, its first, since it took longer than {ONCE:.0f} s")
        else:
            laps.wall.clear(), laps.cpu.clear()
    return found, notes


def difference(answer: np.ndarray, expected: np.ndarray) -> float:
    """Largest difference in the lower triangle, relative to the largest entry, in a few rows."""
    worst = largest = 0.0
    for start in range(0, len(expected), ROWS):
        rows = slice(start, start + ROWS)
        apart = np.abs(np.tril(answer[rows] - expected[rows], start))
        worst = max(worst, float(np.where(np.isnan(apart), np.inf, apart).max()))
        largest = max(largest, float(np.abs(expected[rows]).max()))
    return worst / largest


def race(sides: dict[str, Laps], seconds: float, laps: int = 200) -> None:
    """Let the sides take turns until each had its share of time, and three laps at least."""
    while True:
        due = [
            s
            for s in sides.values()
            if not s.once and (len(s.wall) < 3 or (sum(s.wall) < seconds and len(s.wall) < laps))
        ]
        if not due:
            return
        for side in random.sample(due, len(due)):
            side.lap()


def peak_megabytes(name: str, n: int, samples: int) -> float | None:
    """Peak resident memory that one run adds, in a process of its own."""
    arguments = ["--peak-of", name, "--sizes", str(n), "--samples", str(samples)]
    command = [sys.executable, "-m", "benchmarks.hessian", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def measure_peak(name: str, n: int, samples: int) -> None:
    """Print what a run adds to resident memory at its peak, after a small one has loaded all."""
    SIDES[name](*draw(29, 16))()
    run = SIDES[name](*draw(n, samples))
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from here
    before = resident("VmRSS")
    run()
    print((resident("VmHWM") - before) / 1024)


def resident(key: str) -> int:
    """Read a line of /proc/self/status, in KiB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(key + ":")[2].split()[0])


def cap_memory() -> None:
    """Let a side that asks for more memory than there is fail, rather than the whole run."""
    rest = Path("/proc/meminfo").read_text().partition("MemAvailable:")[2]
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (int(rest.split()[0]) * 1024, most))


def fresh_pages(n: int) -> float:
    """CPU time in ms until a new matrix (n, n) has its memory: every lap of every side has it."""
    start = time.process_time()
    np.empty(n * n)[::512] = 0.0
    return (time.process_time() - start) * 1e3


def product_rate(size: int = 1500) -> float:
    """Flops per second of numpy's matrix product, by CPU time."""
    A = np.random.default_rng(0).standard_normal((size, size))
    laps = []
    for _ in range(5):
        start = time.process_time()
        A @ A
        laps.append(time.process_time() - start)
    return 2 * size**3 / min(laps)


def table(
    case: tuple[int, int], seconds: float, rate: float, names: list[str], *, peaks: bool
) -> list[str]:
    """Measure one size and lay it out."""
    n, samples = case
    sides, notes = prepare(n, samples, names)
    taken = {name: peak_megabytes(name, n, samples) for name in sides if peaks}
    race(sides, seconds)
    own = statistics.median(sides["ours"].wall)
    lines = [f"\n## n = {n} {WIDTHS[n]}, N = {samples}\n", HEAD, "|---|---|---|---|---|---|---|"]
    for name, laps in sorted(sides.items(), key=lambda item: statistics.median(item[1].wall)):
        middle, cpu = statistics.median(laps.wall), statistics.median(laps.cpu)
        peak = taken.get(name)
        lines.append(
            f"| {name} | {middle * 1e3:.3g} | {min(laps.wall) * 1e3:.3g} .. "
            f"{max(laps.wall) * 1e3:.3g} | {cpu * 1e3:.3g} | {middle / own:.2g} | "
            f"{'-' if peak is None else f'{peak:.0f}'} | {len(laps.wall)} |"
        )
    lines += ["", *(f"* {line}" for line in notes), *verdict(sides, n, samples, rate)]
    return [*lines, *verdict_on_memory(taken.get("ours"), n, samples)]


def verdict(sides: dict[str, Laps], n: int, samples: int, rate: float) -> list[str]:
    """Say by how much the best peer and the floor are away, and whether the aims are met."""
    lower, lines = statistics.median(sides[OWN[1]].cpu), []
    for clock, words in (("cpu", "CPU time"), ("wall", "the clock on the wall")):
        took = {name: statistics.median(getattr(laps, clock)) for name, laps in sides.items()}
        peers = {name: time for name, time in took.items() if not name.startswith("ours")}
        if not peers:
            break
        best = min(peers, key=peers.get)
        ahead = peers[best] / took[OWN[0]]
        word = "reached" if ahead >= 8 else "MISSED"
        lines.append(
            f"* By {words} {ahead:.1f} times faster than {best}, the best peer ({word}: 8)."
        )
    if n >= 900:
        away = lower / (samples * n * n / rate)
        word = "reached" if away <= 3 else "MISSED"
        lines.append(f"* Lower triangle at {away:.1f} times the floor ({word}: 3).")
    return lines


def verdict_on_memory(peak: float | None, n: int, samples: int) -> list[str]:
    """Say what the Hessian itself takes, and whether the peak is within three times that."""
    own = 8 * n * n / 2**20
    pages = f"new memory for it takes {fresh_pages(n):.2g} ms of CPU time"
    lines = [f"* The Hessian itself is {own:.1f} MB; {pages}."]
    if peak is not None:
        allowed = 3 * own + 8 * samples * sum(WIDTHS[n]) / 2**20
        word = "reached" if peak <= allowed else "MISSED"
        lines.append(
            f"* Peak {peak:.1f} MB; three Hessians and the activations {allowed:.1f} ({word})."
        )
    return lines


def main() -> None:
    """Measure the sizes asked for; with --write, keep the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(WIDTHS), choices=WIDTHS)
    parser.add_argument("--samples", type=int, nargs="+", default=[128])
    parser.add_argument("--seconds", type=float, default=4.0, help="for each side and size")
    parser.add_argument("--peaks", action="store_true", help="measure memory as well: slow")
    parser.add_argument("--peak-of", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--sides", nargs="+", default=list(SIDES), choices=SIDES)
    parser.add_argument("--write", metavar="NAME", help="of a page in benchmarks/results")
    arguments = parser.parse_args()
    one_thread()
    cap_memory()
    if arguments.peak_of:
        measure_peak(arguments.peak_of, arguments.sizes[0], arguments.samples[0])
        return
    rate = product_rate()
    lines = ["# The exact Hessian of a network, side by side", "", describe_machine() + "."]
    threads = "One thread, but for JAX, which takes what its CPU time shows"
    speed = f"matrix product {rate / 1e9:.0f} GF/s; load {os.getloadavg()[0]:.1f}"
    lines += ["", f"{threads}; {speed}"]
    lines += ["at the start: compare CPU times where it is above the count of idle cores."]
    names = [name for name in SIDES if name in (*OWN, *arguments.sides)]
    for n in arguments.sizes:
        for samples in arguments.samples:
            case = n, samples
            lines += table(case, arguments.seconds, rate, names, peaks=arguments.peaks)
    lines += classification(arguments.sizes)
    page = "\n".join([*lines, ""])
    print(page)
    if arguments.write:
        (RESULTS / arguments.write).write_text(page)


if __name__ == "__main__":
    main()
