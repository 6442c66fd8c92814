"""The note's training on a CUDA device, way beside way, timed by device events.

    python -m benchmarks.training_cuda [--epochs 20] [--laps 5] [--device cuda]

A network this small is bound by launches: what is measured is how few kernels a step needs.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from benchmarks.machine import describe_machine
from benchmarks.training import draw
from reference.loss_diagnosis import build, train

if TYPE_CHECKING:
    from collections.abc import Callable

BATCH = 128


def loader(X: Tensor, y: Tensor, epochs: int) -> Tensor:
    """DataLoader over tensors on the device, and Adam, as in the course's sample code."""
    model = build(X.shape[1]).to(X.device)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    rows = torch.utils.data.TensorDataset(X, y)
    for _ in range(epochs):
        for batch, targets in torch.utils.data.DataLoader(rows, batch_size=BATCH, shuffle=True):
            _step(model, adam, batch, targets)
    return model(X).detach().squeeze(1)


def slices(X: Tensor, y: Tensor, epochs: int, **adams: bool) -> Tensor:
    """Shuffled slices in place of the DataLoader."""
    model = build(X.shape[1]).to(X.device)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, **adams)
    for _ in range(epochs):
        for rows in torch.randperm(len(X), device=X.device).split(BATCH):
            _step(model, adam, X[rows], y[rows])
    return model(X).detach().squeeze(1)


def fused(X: Tensor, y: Tensor, epochs: int) -> Tensor:
    """Shuffled slices and fused Adam."""
    return slices(X, y, epochs, fused=True)


def captured(X: Tensor, y: Tensor, epochs: int) -> Tensor:
    """Slices, with one step captured as a CUDA graph and replayed but for the last short batch."""
    if not X.is_cuda:
        return fused(X, y, epochs)
    model = build(X.shape[1]).to(X.device)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, capturable=True)
    batch, targets = X[:BATCH].clone(), y[:BATCH].clone()
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            _step(model, adam, batch, targets)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    adam.zero_grad(set_to_none=True)
    with torch.cuda.graph(graph):
        nn.functional.mse_loss(model(batch).squeeze(1), targets).backward()
        adam.step()
    for _ in range(epochs):
        for rows in torch.randperm(len(X), device=X.device).split(BATCH):
            if len(rows) < BATCH:
                _step(model, adam, X[rows], y[rows])
                continue
            batch.copy_(X[rows])
            targets.copy_(y[rows])
            _zero(model)
            graph.replay()
    return model(X).detach().squeeze(1)


def reference(X: Tensor, y: Tensor, epochs: int) -> Tensor:
    """Train as the reference does."""
    return train(build(X.shape[1]), X, y, epochs=epochs)(X).detach().squeeze(1)


SIDES: dict[str, Callable[[Tensor, Tensor, int], Tensor]] = {
    "DataLoader and Adam": loader,
    "slices": slices,
    "slices, fused Adam": fused,
    "slices, a captured graph": captured,
    "reference": reference,
}


def train_once(
    side: Callable[[Tensor, Tensor, int], Tensor], X: Tensor, y: Tensor, epochs: int
) -> tuple[float, Tensor]:
    """Train once; return seconds between two events on the device's stream, and predictions."""
    if not X.is_cuda:
        began = time.perf_counter()
        answers = side(X, y, epochs)
        return time.perf_counter() - began, answers
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    torch.cuda.synchronize()
    start.record()
    answers = side(X, y, epochs)
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / 1e3, answers


def _step(model: nn.Module, adam: torch.optim.Optimizer, X: Tensor, y: Tensor) -> None:
    adam.zero_grad(set_to_none=False)
    nn.functional.mse_loss(model(X).squeeze(1), y).backward()
    adam.step()


def _zero(model: nn.Module) -> None:
    """Zero the gradients in place: a graph adds to those it was captured with."""
    torch._foreach_zero_([p.grad for p in model.parameters()])  # type: ignore[misc] # all are there


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--laps", type=int, default=5)
    parser.add_argument("--device", default="cuda")
    chosen = parser.parse_args()
    X, y = (part.to(chosen.device) for part in draw())
    times: dict[str, list[float]] = {name: [] for name in SIDES}
    for _ in range(chosen.laps):
        for name, side in SIDES.items():
            times[name].append(train_once(side, X, y, chosen.epochs)[0] / chosen.epochs)
    print(describe_machine(), chosen.device, sep="\n")
    for name, found in times.items():
        print(f"{name}: {1e3 * statistics.median(found):.2f} ms an epoch")


if __name__ == "__main__":
    main()
