"""The depth study of hw1's handout: loss against depth, and the curves behind each diagnosis.

    python -m benchmarks.hw1_depth [--device cuda]

Writes two pictures beside the handout and the table of losses by depth.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import torch

from assignments.hw1.public.survey import Rows as Drawn
from assignments.hw1.public.survey import Survey
from reference.depth_study import (
    Recipe,
    Rows,
    Story,
    draw_depths,
    draw_stories,
    learn,
    losses_by_depth,
)

HERE = Path(__file__).parent
HANDOUT = HERE.parent / "assignments" / "hw1"
RESULTS = HERE / "results" / "hw1_depth.csv"
DEPTHS = tuple(range(1, 9))


def standardised(device: str, train: Drawn, **others: Drawn) -> Rows:
    """All rows in the standard units of the training rows, as float32 on `device`."""
    mean, spread = train.X.mean(0), train.X.std(0)

    def convert(rows: Drawn) -> tuple[torch.Tensor, torch.Tensor]:
        arrays = ((rows.X - mean) / np.where(spread > 0, spread, 1), rows.y)
        return tuple(torch.from_numpy(array).to(device, torch.float32) for array in arrays)

    return Rows({name: convert(rows) for name, rows in {"train": train, **others}.items()})


def depth_tables(device: str) -> dict[str, torch.Tensor]:
    """Train to the final losses `(depths, seeds)` of two recipes."""
    rows = standardised(device, Survey().draw(2_700, 0))
    recipes = {
        "sigmoid, plain gradient descent": Recipe((), "sigmoid", "sgd", lr=1e-2, epochs=100),
        "ReLU, Adam": Recipe((), "relu", "adam", lr=1e-3, epochs=100),
    }
    return {name: losses_by_depth(rows, recipe, DEPTHS) for name, recipe in recipes.items()}


def stories(device: str) -> list[Story]:
    """Learning curves with certain causes."""
    home, bent = Survey(), Survey(curve=1.5)
    rows = standardised(device, home.draw(2_700, 0))
    deep, shallow = (
        learn(rows, Recipe((32,) * depth, "sigmoid", "sgd", 1e-2))["train"] for depth in (8, 1)
    )
    curved = standardised(device, bent.draw(2_700, 0))
    flat = learn(curved, Recipe((), "none", lr=0.05))["train"]
    network = learn(curved, Recipe((64, 32)))["train"]
    noisy = Survey(noise=25.0)
    few = standardised(device, noisy.draw(300, 0), validation=noisy.draw(2_000, 1))
    away = standardised(
        device,
        home.draw(2_700, 0),
        validation=home.draw(2_000, 1),
        test=Survey(world=1).draw(2_000, 2),
    )
    return [
        Story("optimization issue", 2.0, {"8 layers": deep, "1 layer": shallow}),
        Story("model bias", 2.5, {"linear": flat, "64-32-1": network}),
        Story("overfitting", 25.0, learn(few, Recipe((64, 32), epochs=300))),
        Story("mismatch", 3.0, learn(away, Recipe((64, 32), epochs=40))),
    ]


def write_table(tables: dict[str, torch.Tensor], path: Path) -> None:
    """Write one line for each recipe, depth and seed."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["recipe", "hidden_layers", "seed", "training_loss"])
        for name, table in tables.items():
            for depth, losses in zip(DEPTHS, table.tolist(), strict=True):
                writer.writerows(
                    [name, depth, seed, f"{loss:.4f}"] for seed, loss in enumerate(losses)
                )


def main() -> None:
    """Train, write and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(1)
    RESULTS.parent.mkdir(exist_ok=True)
    tables = depth_tables(options.device)
    write_table(tables, RESULTS)
    draw_depths(DEPTHS, tables).savefig(HANDOUT / "depth.png", dpi=90)
    draw_stories(stories(options.device)).savefig(HANDOUT / "curves.png", dpi=80)
    for name, table in tables.items():
        print(name, [round(loss, 2) for loss in table.median(1).values.tolist()])


if __name__ == "__main__":
    main()
