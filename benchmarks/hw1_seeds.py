"""What the note's training recipe reaches, over many seeds: the margins of hw1's loss checks.

    python -m benchmarks.hw1_seeds --seeds 1000

Each seed has its own world, its own signs, its own 2,700 rows, initialisation and shuffling, as in
a grade. Written: the losses after 500 epochs, and after 30 more at a tenth and 30 at a hundredth of
the rate: the last epochs at 1e-3 jump, by a step that shifts all predictions at once, and smaller
steps jump less.

Seeds that the table has are not trained again, but for the first of them, which must come out as
they stand there. On another processor or torch, which round differently, they may not: then the
table is to be made anew, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np
import torch

from assignments.hw1.public.survey import FEATURES, Survey
from benchmarks.hw1_ensemble import Ensemble

RESULTS = Path(__file__).parent / "results" / "hw1_seeds.csv"
COLUMNS = ("seed", "train_500", "test_500", "train_polished", "test_polished")
ROWS, TEST_ROWS, EPOCHS = 2_700, 4_000, 500
POLISH_RATES, POLISH_EPOCHS = (1e-4, 1e-5), 30


def surveys(first: int, members: int) -> list[Survey]:
    """One world a member, the signs of both effects drawn."""
    signs = np.random.default_rng([first, 7]).choice([-1.0, 1.0], size=(members, 2))
    return [
        Survey(world=first + k, beta=0.44 * a, curve=0.15 * b)
        for k, (a, b) in enumerate(signs.tolist())
    ]


def measure(first: int, members: int, epochs: int = EPOCHS) -> list[tuple[float, ...]]:
    """Fit `members` seeds from `first` on; one row of COLUMNS each."""
    worlds = surveys(first, members)
    train = [world.draw(ROWS, seed=2 * first) for world in worlds]
    test = [world.draw(TEST_ROWS, seed=2 * first + 1) for world in worlds]
    X, y = _stack([rows.X for rows in train]), _stack([rows.y for rows in train])
    X_test, expected = _stack([rows.X for rows in test]), _stack([rows.expected for rows in test])
    noise = worlds[0].noise
    rng = torch.Generator().manual_seed(first)
    with torch.no_grad():
        networks = Ensemble(members, FEATURES, rng)
        networks.train(X, y, epochs=epochs, lr=1e-3, rng=rng)
        before = networks.loss(X, y), networks.loss(X_test, expected) + noise
        for lr in POLISH_RATES:
            networks.train(X, y, epochs=POLISH_EPOCHS, lr=lr, rng=rng)
        after = networks.loss(X, y), networks.loss(X_test, expected) + noise
    losses = torch.stack([*before, *after]).T.tolist()
    return [(first + k, *row) for k, row in enumerate(losses)]


def _stack(arrays: list[np.ndarray]) -> torch.Tensor:
    return torch.from_numpy(np.stack(arrays)).float()


def summary(table: np.ndarray) -> str:
    """Quantiles of every column but the first, as a Markdown table."""
    levels = (0, 0.001, 0.01, 0.5, 0.99, 0.999, 1)
    lines = [
        "| loss | " + " | ".join(f"{level:.1%}" for level in levels) + " | mean | sd |",
        "|---" * 10 + "|",
    ]
    for name, column in zip(COLUMNS[1:], table.T[1:], strict=True):
        cells = [*np.quantile(column, levels), column.mean(), column.std()]
        lines.append(f"| {name} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    return "\n".join(lines)


def main() -> int:
    """Append seeds to the table until it has as many as asked; print its quantiles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=1_000)
    parser.add_argument("--members", type=int, default=10, help="networks trained at once")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    known = read_table(options.out) if options.out.exists() else np.empty((0, len(COLUMNS)))
    again = min(options.members, len(known))
    differ = count_changes(known[:again]) if again else 0
    started = time.perf_counter()
    for first in range(len(known), options.seeds, options.members):
        rows = measure(first, min(options.members, options.seeds - first))
        new = not options.out.exists()
        with options.out.open("a", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([COLUMNS] if new else [])
            writer.writerows(written(rows))
        print(f"{first + len(rows)} seeds, {time.perf_counter() - started:.0f} s", flush=True)
    table = read_table(options.out)
    print(summary(table))
    print(f"{len(table)} seeds; {again - differ} of {again} came out again as they stood")
    return int(differ > 0)


def read_table(path: Path) -> np.ndarray:
    """Read the table, a row a seed."""
    return np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)


def written(rows: list[tuple[float, ...]]) -> list[tuple[float | str, ...]]:
    """Return rows as they are written, four digits of each loss."""
    return [(int(row[0]), *(f"{loss:.4f}" for loss in row[1:])) for row in rows]


def count_changes(known: np.ndarray) -> int:
    """Train the seeds of some rows again, and count those that come out otherwise."""
    found = np.array(written(measure(0, len(known))), dtype=float)
    return int((found != known).any(axis=1).sum())


if __name__ == "__main__":
    sys.exit(main())
