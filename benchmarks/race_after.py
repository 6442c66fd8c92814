"""Whether a racer can make the reference slower that runs after it, by what it leaves behind.

    python -m benchmarks.race_after [--cycles 40] [--write]

A race divides by the reference's time beside the submission, so who slows the reference gains. Each
trick here is played by a right solution of hw2 at the end of its turn. The reference then takes two
turns, of the length of a race's: one after the submission, one after itself, and what counts is the
first over the second, turn by turn, on the core's own clock. Turns of all tricks are interleaved in
random order; `none` is the same solution without any. What the trick costs the submission itself
stands beside it. Where a submission is slow, the reference's turn is half as long as its own
(`Calibration.beside`): so a trick gains only where it costs less than twice what it does to the
reference.
"""

import argparse
import math
import tempfile
import warnings
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.machine import describe_machine
from benchmarks.race_yard import TASKS, Yard
from grader.race.interval import outer_rank
from grader.race.racer import BoxRacer
from grader.race.run import enter, lay_out
from grader.sandbox.deadline import Moment

RESULTS = Path(__file__).parent / "results" / "race_after.md"
SOLUTION = """
import mmap, os, threading, time
import torch
from torch.func import grad, jacfwd

LARGE, SMALL, NEVER = torch.ones(8_000_000), torch.ones(400_000), threading.Event()

def trick():
    {trick}

def hessian(loss, theta):
    H = jacfwd(grad(loss))(theta)
    trick()
    return H
"""
TABLES = """with mmap.mmap(-1, 1 << 30) as sparse:
        for place in range(0, 1 << 30, 1 << 21): sparse[place] = 1"""
PIPES = """for _ in range(500):
        for end in os.pipe(): os.close(end)"""
WRITES = """with open("x", "wb") as file: file.write(bytes(8 << 20))
    os.unlink("x")"""
NAMES = """for name in map(str, range(200)): open(name, "wb").close()
    for name in map(str, range(200)): os.unlink(name)"""
WAITS = """for number in range(20):
        moment = (0.001 + 0.0005 * number,)
        threading.Thread(target=NEVER.wait, args=moment, daemon=True).start()"""
TRICKS = {
    "none": "pass",
    "writes over the second-level cache": "SMALL.add_(1)",
    "writes over the last-level cache": "LARGE.add_(1)",
    "frees page tables": TABLES,
    "frees pages": "bytearray(64 << 20)",
    "closes pipes": PIPES,
    "writes a file and removes it": WRITES,
    "makes and removes names": NAMES,
    "leaves threads that wake later": WAITS,
    "sleeps, so that the core cools": "time.sleep(0.01)",
}
CALLS = 2  # of the reference in a turn


def measure(cycles: int) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Return by trick the log ratios of the reference's turns, and its own seconds a turn."""
    task = TASKS["hw2"]
    workload, rng = task.questions(), np.random.default_rng(1)
    with Yard(task) as yard, ExitStack() as stack, tempfile.TemporaryDirectory() as place:
        sandbox = yard.pool.wait_for(0)
        client = yard.reference.hessian.client
        track = lay_out(workload, Moment(3600, "race"), "cpu", client, yard.pool, stack)
        reference = enter(yard.reference.hessian, lambda: sandbox, track, stack)
        racers: dict[str, BoxRacer] = {}
        for name, trick in TRICKS.items():
            path = Path(place, "hw2.py")
            path.write_text(SOLUTION.format(trick=trick), encoding="utf-8")
            racers[name] = enter(yard.enter(path).hessian, lambda: sandbox, track, stack)

        def run(racer: BoxRacer, calls: int) -> float:
            return racer.run(workload.batch(rng, calls)).seconds("cpu")

        for racer in (reference, *racers.values()):
            run(racer, 1)
        ratios: dict[str, list[float]] = {name: [] for name in racers}
        own: dict[str, list[float]] = {name: [] for name in racers}
        for _ in range(cycles):
            for name in rng.permutation(list(racers)):
                own[name].append(run(racers[name], 1))
                after, itself = run(reference, CALLS), run(reference, CALLS)
                ratios[name].append(math.log(after / itself))
    return ratios, {name: median(seconds) for name, seconds in own.items()}


def describe(ratios: dict[str, list[float]], own: dict[str, float], cycles: int) -> str:
    """Return the table: medians with the sign test's interval of 95 %."""
    lines = [
        "# The reference after a submission that leaves something behind",
        "",
        describe_machine(),
        "",
        f"{cycles} cycles; one turn of the reference after it, over one after itself.",
        "",
        "| the submission | the reference takes | between | the trick costs it |",
        "|---|---|---|---|",
    ]
    rank = outer_rank(cycles, 0.05)
    for name, logs in ratios.items():
        ordered = sorted(logs)
        low, high = (math.exp(ordered[at]) for at in (rank - 1, -rank))
        cost = 1e3 * (own[name] - own["none"])
        lines.append(
            f"| {name} | {math.exp(median(logs)):.3f} | {low:.3f} to {high:.3f} | {cost:+.1f} ms |"
        )
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure, print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cycles", type=int, default=40)
    parser.add_argument("--write", action="store_true", help="write results/race_after.md")
    chosen = parser.parse_args()
    if chosen.cycles < 6:
        parser.error("--cycles: at least 6, or there is no interval")
    warnings.simplefilter("ignore")
    table = describe(*measure(chosen.cycles), chosen.cycles)
    print(table)
    if chosen.write:
        RESULTS.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
