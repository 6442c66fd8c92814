"""The ways to train the note's network that are measured side by side.

Each side trains on X (m, d) and y (m,) for some epochs, and returns the network's predictions
on X, so that every side can be held to have learnt.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from benchmarks.hw1_ensemble import Ensemble
from reference.loss_diagnosis import build, train

if TYPE_CHECKING:
    from collections.abc import Callable

    Side = Callable[[Tensor, Tensor, int], Tensor]

BATCH = 128
SEEDS = 10


def loader(X: Tensor, y: Tensor, epochs: int) -> Tensor:
    """DataLoader and Adam, as in the course's sample code."""
    model = build(X.shape[1])
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    batches = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(X, y), batch_size=BATCH, shuffle=True
    )
    for _ in range(epochs):
        for rows, targets in batches:
            _step(model, adam, rows, targets)
    return model(X).detach().squeeze(1)


def slicing(X: Tensor, y: Tensor, epochs: int, *, fused: bool = False) -> Tensor:
    """Shuffled slices in place of the DataLoader."""
    model = build(X.shape[1])
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=fused)
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(BATCH):
            _step(model, adam, X[rows], y[rows])
    return model(X).detach().squeeze(1)


def fused(X: Tensor, y: Tensor, epochs: int) -> Tensor:
    """Shuffled slices and fused Adam."""
    return slicing(X, y, epochs, fused=True)


def compiled(X: Tensor, y: Tensor, epochs: int) -> Tensor:
    """torch.compile around the loss, slices and fused Adam; compiling is part of the time."""
    model = build(X.shape[1])
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    @torch.compile(dynamic=False)
    def loss(rows: Tensor, targets: Tensor) -> Tensor:
        return nn.functional.mse_loss(model(rows).squeeze(1), targets)

    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(BATCH):
            adam.zero_grad()
            loss(X[rows], y[rows]).backward()
            adam.step()
    return model(X).detach().squeeze(1)


def reference(X: Tensor, y: Tensor, epochs: int) -> Tensor:
    """Train as the reference does: an ordinary module and Adam."""
    return train(build(X.shape[1]), X, y, epochs=epochs)(X).detach().squeeze(1)


def _step(model: nn.Module, adam: torch.optim.Optimizer, X: Tensor, y: Tensor) -> None:
    adam.zero_grad()
    nn.functional.mse_loss(model(X).squeeze(1), y).backward()
    adam.step()


class Flat:
    """The same network in one flat tensor, its gradient written out; Adam is torch's, fused.

    The mathematics is that of the module; only the order of additions differs.
    """

    def __init__(self, features: int) -> None:
        self.model = build(features)
        start = nn.utils.parameters_to_vector(self.model.parameters()).detach()
        self.flat = nn.Parameter(start.clone())
        self.flat.grad = torch.zeros_like(self.flat)
        self.parameters = self._views(self.flat.detach())
        self.slopes = self._views(self.flat.grad)

    def _views(self, flat: Tensor) -> list[Tensor]:
        shapes = [p.shape for p in self.model.parameters()]
        parts = flat.split([math.prod(shape) for shape in shapes])
        return [part.view(shape) for part, shape in zip(parts, shapes, strict=True)]

    def predict(self, X: Tensor) -> Tensor:
        """Return the predictions (m,)."""
        W1, b1, W2, b2, W3, b3 = self.parameters
        h1 = torch.addmm(b1, X, W1.T).relu_()
        h2 = torch.addmm(b2, h1, W2.T).relu_()
        return torch.addmm(b3, h2, W3.T).squeeze(1)

    def differentiate(self, X: Tensor, y: Tensor) -> None:
        """Write the gradient of the mean squared error into the flat gradient."""
        W1, b1, W2, b2, W3, b3 = self.parameters
        dW1, db1, dW2, db2, dW3, db3 = self.slopes
        h1 = torch.addmm(b1, X, W1.T).relu_()
        h2 = torch.addmm(b2, h1, W2.T).relu_()
        delta = torch.addmm(b3, h2, W3.T).sub_(y[:, None]).mul_(2 / len(X))
        torch.mm(delta.T, h2, out=dW3)
        torch.sum(delta, 0, out=db3)
        delta2 = torch.mm(delta, W3).mul_(h2 > 0)
        torch.mm(delta2.T, h1, out=dW2)
        torch.sum(delta2, 0, out=db2)
        delta1 = torch.mm(delta2, W2).mul_(h1 > 0)
        torch.mm(delta1.T, X, out=dW1)
        torch.sum(delta1, 0, out=db1)


def flat(X: Tensor, y: Tensor, epochs: int) -> Tensor:
    """One flat tensor and its gradient by hand, shuffled once an epoch, fused Adam."""
    network = Flat(X.shape[1])
    adam = torch.optim.Adam([network.flat], lr=1e-3, fused=True)
    for _ in range(epochs):
        order = torch.randperm(len(X))
        for rows, targets in zip(X[order].split(BATCH), y[order].split(BATCH), strict=True):
            network.differentiate(rows, targets)
            adam.step()
    return network.predict(X)


def ensemble(X: Tensor, y: Tensor, epochs: int) -> Tensor:
    """Ten seeds at once by batched products; its time is divided by ten."""
    rng = torch.Generator().manual_seed(0)
    networks = Ensemble(SEEDS, X.shape[1], rng)
    copies, targets = X.expand(SEEDS, -1, -1).contiguous(), y.expand(SEEDS, -1).contiguous()
    networks.train(copies, targets, epochs=epochs, lr=1e-3, rng=rng, batch_size=BATCH)
    return networks.predict(copies)[0]


SIDES: dict[str, tuple[Side, int]] = {
    "DataLoader and Adam": (loader, 1),
    "slicing": (slicing, 1),
    "slicing, fused Adam": (fused, 1),
    "torch.compile, fused Adam": (compiled, 1),
    "reference (nn.Module, Adam)": (reference, 1),
    "flat tensor, gradient by hand": (flat, 1),
    "ten seeds at once, for each": (ensemble, SEEDS),
}
