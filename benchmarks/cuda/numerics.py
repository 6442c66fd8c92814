"""Step 6: the exact Hessian and the note's training on the card, by its own events."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import torch

from benchmarks.cuda.record import Item
from benchmarks.hessian_cuda import measure_size
from benchmarks.training import draw
from benchmarks.training_cuda import SIDES, train_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cuda.steps import Wish

SIZES = ((385, 128), (963, 128), (2929, 128), (2929, 2700), (9769, 128))
EPOCHS = 20
LAPS = 5


def measure(wish: Wish) -> Iterator[Item]:
    """Measure both beside what else is installed."""
    for n, samples in SIZES[: 1 if wish.short else None]:
        if (name := f"Hessian, n = {n}, N = {samples}") not in wish.known:
            size = measure_size(n, samples, laps=2 if wish.short else 15, device=wish.device)
            yield Item(name, passed=size.error <= 1e-9, said=size.told(), numbers=size.numbers())
    yield from _train(wish)


def _train(wish: Wish) -> Iterator[Item]:
    """Time all ways to train by turns; each must have learnt."""
    X, y = (part.to(wish.device) for part in draw())
    epochs, laps = (1, 1) if wish.short else (EPOCHS, LAPS)
    times: dict[str, list[float]] = {name: [] for name in SIDES}
    losses: dict[str, float] = {}
    for _ in range(laps):
        for name, side in SIDES.items():
            seconds, answers = train_once(side, X, y, epochs)
            times[name].append(seconds / epochs)
            losses[name] = float((answers - y).square().mean() / y.var())
    base = statistics.median(times["DataLoader and Adam"])
    for name, found in times.items():
        middle = statistics.median(found)
        said = (
            f"{1e3 * middle:.1f} ms an epoch ({1e3 * min(found):.1f} .. {1e3 * max(found):.1f}), "
            f"{base / middle:.1f} times the DataLoader's speed; "
            f"the loss is {100 * losses[name]:.0f} % of the variance after {epochs} epochs"
        )
        learnt = losses[name] < (1.5 if wish.short else 0.5)
        numbers = {"seconds": middle, "loss": losses[name]}
        yield Item(f"training, {name}", passed=learnt, said=said, numbers=numbers)
    if wish.device == "cuda":
        torch.cuda.empty_cache()
