"""What networks reach on hw3's images, over many seeds: the margins of its checks.

    python -m benchmarks.hw3_margins --seeds 100

Each seed draws worlds of its own, as a grade does, and trains each named network on them by the
reference's `train`. A line of `results/hw3_margins.csv` (or `--out`) is written as soon as a seed
is measured, and another run goes on where the file ends. Prints quantiles, and how much each
network leaves of the way to Bayes, as the check counts it: from the assignment's `mlp_error`.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from assignments.hw3.networks import Task, tensors
from grader.assignment.folder import load_assignment
from reference import convolution

if TYPE_CHECKING:
    from collections.abc import Callable

    from assignments.hw3.public.images import Images

HW3 = Path(__file__).parents[1] / "assignments" / "hw3"
RESULTS = Path(__file__).parent / "results" / "hw3_margins.csv"
FORMS = {"few filters": (4, 4), "filters": (8, 4), "many filters": (12, 4), "wide filters": (8, 5)}
"""Networks within the budget: how many filters, and of which side."""


def cnn(task: Task, filters: int, size: int) -> nn.Module:
    """Make a network of the form that is asked for."""
    return nn.Sequential(
        nn.Conv2d(1, filters, size),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(filters, task.world.answers),
    )


def mlp(task: Task) -> nn.Module:
    """Make the fully connected network."""
    return convolution.build_mlp(task.world.shape, task.world.answers)


def trained(model: nn.Module, task: Task) -> nn.Module:
    """Train as the reference does."""
    x, y = tensors(task.own)
    return convolution.train(model, x, y, task.seed % 1000)


def trained_moving(model: nn.Module, task: Task) -> nn.Module:
    """Train the same number of steps, and more gently, on images that are moved about at random."""
    x, y = tensors(task.own)
    rng = torch.Generator().manual_seed(task.seed)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(convolution.EPOCHS):
        for rows in torch.randperm(len(x), generator=rng).split(convolution.BATCH):
            moves = torch.randint(0, x.shape[3], (2,), generator=rng).tolist()
            adam.zero_grad()
            outputs = model(torch.roll(x[rows], moves, (2, 3)))
            nn.functional.cross_entropy(outputs, y[rows]).backward()
            adam.step()
    return model


def wrong(model: nn.Module, images: Images) -> float:
    """Return the share of images that a model gets wrong."""
    x, y = tensors(images)
    return float((convolution.predict(model, x) != y).double().mean())


def measure(seed: int) -> dict[str, float]:
    """Train every named network on the worlds of one seed."""
    torch.manual_seed(seed)
    which, where = Task("which", 10_000 + seed), Task("where", 20_000 + seed)
    row: dict[str, float] = {"seed": seed}
    entrants: dict[str, tuple[Callable[[], nn.Module], Any, Task]] = {
        name: (lambda form=form: cnn(which, *form), trained, which) for name, form in FORMS.items()
    }
    entrants["fully connected"] = lambda: mlp(which), trained, which
    entrants["fully connected, moved"] = lambda: mlp(which), trained_moving, which
    entrants["fully connected, where"] = lambda: mlp(where), trained, where
    entrants["filters, where"] = lambda: cnn(where, *FORMS["filters"]), trained, where
    for name, (build, train, task) in entrants.items():
        model = train(build(), task)
        row[f"{name}: own"], row[f"{name}: new"] = (wrong(model, i) for i in (task.own, task.new))
    return {**row, "Bayes": which.bayes, "Bayes, where": where.bayes}


def append(path: Path, row: dict[str, float]) -> None:
    """Add one seed to the table."""
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([[*row]] if new else [])
        writer.writerow([f"{value:.5g}" for value in row.values()])


def read(path: Path) -> dict[str, np.ndarray]:
    """Read the columns of the table."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def summary(table: dict[str, np.ndarray]) -> str:
    """Lay out quantiles of every column, and of the shares left to Bayes, as Markdown."""
    levels = (0, 0.01, 0.5, 0.99, 1)
    lines = [f"{len(table['seed'])} seeds", ""]
    lines += [
        "| error | " + " | ".join(f"{level:.0%}" for level in levels) + " |",
        "|---" * 6 + "|",
    ]
    begin = float(load_assignment(HW3).parameters["mlp_error"])
    shares = {
        f"{name}: share of the way": (table[f"{name}: new"] - table["Bayes"])
        / (begin - table["Bayes"])
        for name in [*FORMS, "fully connected, moved"]
    }
    for name, column in {**table, **shares}.items():
        if name != "seed":
            cells = " | ".join(f"{value:.3f}" for value in np.quantile(column, levels))
            lines.append(f"| {name} | {cells} |")
    return "\n".join(lines)


def main() -> None:
    """Append seeds to the table until it has as many as asked, then print its quantiles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    known = len(read(options.out)["seed"]) if options.out.exists() else 0
    started = time.perf_counter()
    for seed in range(known, options.seeds):
        append(options.out, measure(seed))
        print(f"{seed + 1} seeds, {time.perf_counter() - started:.0f} s", flush=True)
    print(summary(read(options.out)))


if __name__ == "__main__":
    main()
