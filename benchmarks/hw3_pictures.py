"""The pictures of homework 3's handout: images, filters, where networks look, curves, a matrix.

    python -m benchmarks.hw3_pictures [--write]

Without --write it says what it would draw. Trains the reference's networks, with five seeds for the
curves, whose last errors it prints.
"""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from assignments.hw3.networks import Task, tensors
from benchmarks.hw3_margins import wrong
from reference.convolution import build_cnn, build_mlp, passes
from reference.filter_pictures import curves_figure, looks, matrix_figure, panels

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

FOLDER = Path(__file__).parents[1] / "assignments" / "hw3"
DOTS_PER_INCH = 80
SEEDS = 5
BUILD = {"fully connected": build_mlp, "convolutional": build_cnn}
TITLES = {"which": "which pattern is it?", "where": "where is the patch?"}


@cache
def trained(ask: str, name: str, seed: int) -> tuple[nn.Module, list[tuple[float, float]]]:
    """Train a network; return it, and its errors on its own and on new images after each epoch."""
    torch.manual_seed(seed)
    task = Task(ask, seed)
    own, new = task.own, task.new
    model = BUILD[name](task.world.shape, task.world.answers)
    steps = passes(model, *tensors(own), seed)
    return model, [(wrong(model, own), wrong(model, new)) for _ in steps]


def images() -> Figure:
    """Draw the three patterns, an image to train on with each, and a new one with each."""
    task = Task("which", 0)
    patterns = torch.zeros(3, 16, 16)
    patterns[:, 6:10, 6:10] = torch.from_numpy(task.world.patterns).float()
    parts, titles = [*patterns], [f"pattern {kind}" for kind in range(3)]
    places = [(6, 6)] * 3
    for rows, told in ((task.own, "to train on"), (task.new, "new")):
        first = [int(np.argmax(rows.y == kind)) for kind in range(3)]
        parts += [torch.from_numpy(rows.x[n, 0]) for n in first]
        titles += [f"{told}: {kind}" for kind in range(3)]
        places += [rows.places[n] for n in first]
    return framed(panels(parts, titles, columns=3), places)


def filters() -> Figure:
    """Draw the patterns, and below them the eight filters that were learned."""
    model, _ = trained("which", "convolutional", 0)
    learned: Tensor = model.get_parameter("0.weight")[:, 0].detach()
    known = torch.from_numpy(Task("which", 0).world.patterns).float()
    titles = [*(f"pattern {kind}" for kind in range(3)), "", *(f"filter {n}" for n in range(8))]
    return panels([*known, known[0], *learned], titles, columns=4)


def views() -> Figure:
    """Draw where networks look in new images, moved so that all patterns lie in the middle."""
    new = Task("which", 0).new
    x, edge = torch.from_numpy(new.x), 16 - 4
    parts = []
    for name in BUILD:
        seen = looks(trained("which", name, 0)[0], x).abs()
        total, count = torch.zeros(edge + 16, edge + 16), torch.full((edge + 16, edge + 16), 1e-9)
        for one, (row, column) in zip(seen, new.places.tolist(), strict=True):
            there = slice(edge - row, edge - row + 16), slice(edge - column, edge - column + 16)
            total[there] += one
            count[there] += 1
        parts.append(total / count)
    titles = [f"the {name} network" for name in BUILD]
    return framed(panels(parts, titles, columns=2), [(edge, edge)] * 2)


def framed(figure: Figure, places: list[tuple[int, int]]) -> Figure:
    """Put a frame around the pattern in each panel."""
    for axes, (row, column) in zip(figure.axes, places, strict=True):
        axes.plot(
            [column - 0.5, column + 3.5, column + 3.5, column - 0.5, column - 0.5],
            [row - 0.5, row - 0.5, row + 3.5, row + 3.5, row - 0.5],
            color="black",
            linewidth=1,
        )
    return figure


def curves() -> Figure:
    """Draw the errors of both networks by epoch, where the place is no matter and where it is."""
    stories, bayes = {}, {}
    for ask, title in TITLES.items():
        found = {}
        for name in BUILD:
            table = np.array([trained(ask, name, seed)[1] for seed in range(SEEDS)])
            found[f"{name}, training"], found[f"{name}, testing"] = table[..., 0], table[..., 1]
            print(title, name, np.median(table[:, -1], 0))
        stories[title] = found
        bayes[title] = float(np.median([Task(ask, seed).bayes for seed in range(SEEDS)]))
    return curves_figure(stories, bayes)


def matrix() -> Figure:
    """Draw the matrix of a filter of 2 by 2 over an image of 4 by 5."""
    return matrix_figure(torch.tensor([[[[1.0, -0.75], [0.5, -0.25]]]]), (1, 4, 5))


FIGURES: dict[str, Callable[[], Figure]] = {
    "images": images,
    "matrix": matrix,
    "curves": curves,
    "filters": filters,
    "views": views,
}


def main() -> None:
    """Draw every picture beside the handout."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", choices=[*FIGURES], action="append")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in arguments.only or FIGURES:
        draw = FIGURES[name]
        path = FOLDER / f"{name}.png"
        print(f"{path.name}: {(draw.__doc__ or name).splitlines()[0]}")
        if arguments.write:
            draw().savefig(
                path, dpi=DOTS_PER_INCH, bbox_inches="tight", metadata={"Software": None}
            )


if __name__ == "__main__":
    main()
