"""Full Hessians side by side: time, spread, peak memory, and the distance from the floor.

    python -m benchmarks.hessian [--sizes 29 295] [--samples 128] [--seconds 4] [--write hessian.md]

All sides run in one process, in turns, on one thread; peak memory is taken in a process of its
own for each side.  The floor is N n^2 flops (one triangle) at the rate that numpy's matrix
product reaches here.  Every answer is compared with ours before it is timed.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from benchmarks.hessian_classify import classification
from benchmarks.hessian_sides import SIDES, WIDTHS, Side, draw
from benchmarks.machine import describe_machine

RESULTS = Path(__file__).parent / "results"
TOO_SLOW = 60.0
HEAD = "| side | median ms | min .. max | CPU ms | times ours | peak MB | laps |"


@dataclass(slots=True)
class Laps:
    """The times of one side, in seconds."""

    run: Side
    wall: list[float]
    cpu: list[float]

    def lap(self) -> None:
        """Run once more."""
        cpu, wall = time.process_time(), time.perf_counter()
        self.run()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)


def prepare(n: int, samples: int, names: list[str]) -> tuple[dict[str, Laps], list[str]]:
    """Build every side, check its answer and warm it up; also say which are left out."""
    case, theta = draw(n, samples)
    expected = np.array(SIDES["ours"](case, theta)())
    found, left_out = {}, []
    for name in names:
        try:
            run = SIDES[name](case, theta)
            start = time.perf_counter()
            answer = np.asarray(run())
            seconds = time.perf_counter() - start
        except (ImportError, MemoryError, RuntimeError) as error:
            left_out.append(f"{name}: skipped, {type(error).__name__}: {str(error)[:80]}")
            continue
        error = np.abs(np.tril(answer) - np.tril(expected)).max() / np.abs(expected).max()
        if error > 1e-10:
            left_out.append(f"{name}: wrong by {error:.1e} of the largest entry")
        elif seconds > TOO_SLOW:
            left_out.append(f"{name}: one lap took {seconds:.0f} s, not repeated")
        else:
            found[name] = Laps(run, [], [])
    return found, left_out


def race(sides: dict[str, Laps], seconds: float, laps: int = 200) -> None:
    """Let the sides take turns until each had its share of time, and three laps at least."""
    while True:
        due = [
            s
            for s in sides.values()
            if len(s.wall) < 3 or (sum(s.wall) < seconds and len(s.wall) < laps)
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
    sides, left_out = prepare(n, samples, names)
    race(sides, seconds)
    own = statistics.median(sides["ours"].wall)
    lines = [f"\n## n = {n} {WIDTHS[n]}, N = {samples}\n", HEAD, "|---|---|---|---|---|---|---|"]
    for name, laps in sorted(sides.items(), key=lambda item: statistics.median(item[1].wall)):
        middle, cpu = statistics.median(laps.wall), statistics.median(laps.cpu)
        peak = peak_megabytes(name, n, samples) if peaks else None
        lines.append(
            f"| {name} | {middle * 1e3:.3g} | {min(laps.wall) * 1e3:.3g} .. "
            f"{max(laps.wall) * 1e3:.3g} | {cpu * 1e3:.3g} | {middle / own:.2g} | "
            f"{'-' if peak is None else f'{peak:.0f}'} | {len(laps.wall)} |"
        )
    lines += ["", *(f"* {line}" for line in left_out), *verdict(sides, n, samples, rate)]
    return lines


def verdict(sides: dict[str, Laps], n: int, samples: int, rate: float) -> list[str]:
    """Say by how much the best peer and the floor are away, and whether the aims are met."""
    own = statistics.median(sides["ours"].cpu)
    peers = {k: statistics.median(v.cpu) for k, v in sides.items() if not k.startswith("ours")}
    best = min(peers, key=peers.get)
    floor = samples * n * n / rate
    lower = statistics.median(sides["ours, lower triangle"].cpu)
    ahead = peers[best] / own
    word = "reached" if ahead >= 8 else "MISSED"
    lines = [f"* By CPU time {ahead:.1f} times faster than {best}, the best peer ({word}: 8)."]
    if n >= 900:
        away = lower / floor
        word = "reached" if away <= 3 else "MISSED"
        lines.append(f"* Lower triangle at {away:.1f} times the floor ({word}: 3).")
    return [*lines, f"* The Hessian itself is {8 * n * n / 2**20:.1f} MB."]


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
    torch.set_num_threads(1)
    if arguments.peak_of:
        measure_peak(arguments.peak_of, arguments.sizes[0], arguments.samples[0])
        return
    rate = product_rate()
    lines = ["# The exact Hessian of a network, side by side", "", describe_machine() + "."]
    lines += [
        "",
        f"One thread; matrix product {rate / 1e9:.0f} GF/s; load {os.getloadavg()[0]:.1f}",
    ]
    lines += ["at the start: compare CPU times where it is above the count of idle cores."]
    for n in arguments.sizes:
        for samples in arguments.samples:
            lines += table(
                (n, samples), arguments.seconds, rate, arguments.sides, peaks=arguments.peaks
            )
    lines += classification(arguments.sizes)
    page = "\n".join([*lines, ""])
    print(page)
    if arguments.write:
        (RESULTS / arguments.write).write_text(page)


if __name__ == "__main__":
    main()
