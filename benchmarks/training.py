"""The note's training, 500 epochs on 2,700 rows of 93 features: ways to do it, side by side.

    python -m benchmarks.training [--epochs 500] [--laps 3] [--write]

All sides run in one process on one thread, in turns of drawn order. Each must end with a
training loss below half of the targets' variance, or its time does not count.
"""

import argparse
import random
import statistics
import time
from pathlib import Path

import torch
from torch import Tensor

from benchmarks.machine import describe_machine
from benchmarks.training_sides import SIDES

RESULT = Path(__file__).parent / "results" / "training.md"
BASELINE = "DataLoader and Adam"
AIMS = {"flat tensor, gradient by hand": 4.0, "ten seeds at once, for each": 7.0}


def draw(rows: int = 2700, features: int = 93) -> tuple[Tensor, Tensor]:
    """Draw standardised features and a target that a network can learn."""
    rng = torch.Generator().manual_seed(0)
    X = torch.randn(rows, features, generator=rng)
    weights = torch.randn(features, generator=rng) / features**0.5
    return X, 4 * X @ weights + torch.randn(rows, generator=rng)


def lap(name: str, X: Tensor, y: Tensor, epochs: int) -> tuple[float, float]:
    """Train once: seconds of wall and of CPU, for each network trained."""
    run, networks = SIDES[name]
    wall, cpu = time.perf_counter(), time.process_time()
    answers = run(X, y, epochs)
    spent = time.perf_counter() - wall, time.process_time() - cpu
    if float((answers - y).square().mean()) > 0.5 * float(y.var()):
        raise RuntimeError(f"{name} has not learnt")
    return spent[0] / networks, spent[1] / networks


def measure(epochs: int, laps: int) -> tuple[dict[str, list[tuple[float, float]]], list[str]]:
    """Let all sides take turns; also say which could not run."""
    X, y = draw()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in SIDES}
    left_out: list[str] = []
    for _ in range(laps):
        for name in random.sample(list(times), len(times)):
            try:
                times[name].append(lap(name, X, y, epochs))
            except (RuntimeError, ImportError) as error:
                left_out.append(f"{name}: left out, {str(error).splitlines()[0][:100]}")
                del times[name]
    return times, left_out


def report(epochs: int, laps: int) -> str:
    """Measure everything and lay it out."""
    head = describe_machine()
    times, left_out = measure(epochs, laps)
    base = statistics.median(cpu for _, cpu in times[BASELINE])
    lines = ["# Training the note's network, side by side", "", head + ".", ""]
    lines += [f"{epochs} epochs, 2,700 x 93, batches of 128, one thread, {laps} laps in turns.", ""]
    lines += ["| side | median s | min .. max | CPU s | times the DataLoader's speed (CPU) |"]
    lines += ["|---|---|---|---|---|"]
    for name, laps_of in times.items():
        walls, cpus = zip(*laps_of, strict=True)
        middle = statistics.median(cpus)
        lines.append(
            f"| {name} | {statistics.median(walls):.2f} | {min(walls):.2f} .. {max(walls):.2f} "
            f"| {middle:.2f} | {base / middle:.1f} |"
        )
    lines += ["", *(f"* {line}" for line in left_out)]
    for name, aim in AIMS.items():
        if name in times:
            ahead = base / statistics.median(cpu for _, cpu in times[name])
            word = "reached" if ahead >= aim else "MISSED"
            lines.append(f"* {name}: {ahead:.1f} times the DataLoader loop ({word}: {aim:g}).")
    return "\n".join([*lines, ""])


def main() -> None:
    """Print the page; with --write, keep it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=500)
    parser.add_argument("--laps", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    page = report(arguments.epochs, arguments.laps)
    print(page)
    if arguments.write:
        RESULT.write_text(page)


if __name__ == "__main__":
    main()
