"""Training loss against depth, and the learning curves behind each diagnosis, over several seeds.

All seeds of one network are trained at once, as one batched product a layer: a gradient step of one
member does not see the others, so each is what it would be alone. Runs on the device of its rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

Activation = Literal["relu", "sigmoid", "none"]
Optimizer = Literal["adam", "sgd"]
_ACTIVATIONS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "none": torch.clone}


@dataclass(frozen=True)
class Recipe:
    """How a network is made and trained."""

    widths: tuple[int, ...]
    activation: Activation = "relu"
    optimizer: Optimizer = "adam"
    lr: float = 1e-3
    epochs: int = 100
    batch_size: int = 128
    seeds: int = 5

    def deepened(self, depth: int, width: int = 32) -> Recipe:
        """Return the same recipe for `depth` hidden layers of `width` units."""
        return Recipe((width,) * depth, self.activation, self.optimizer, self.lr, self.epochs)


@dataclass(frozen=True)
class Rows:
    """Rows `X (n, d)` and targets `y (n,)`, by name: "train" is trained on, all are evaluated."""

    parts: Mapping[str, tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Story:
    """The learning curves behind one diagnosis; each is `(epochs, seeds)`."""

    title: str
    target: float
    curves: Mapping[str, Tensor] = field(default_factory=dict)


class Ensemble:
    """One network for each seed, with the initialisation of `torch.nn.Linear`."""

    def __init__(self, features: int, recipe: Recipe, device: torch.device) -> None:
        rng = torch.Generator().manual_seed(len(recipe.widths))
        self._activation = _ACTIVATIONS[recipe.activation]
        self.layers: list[tuple[Tensor, Tensor]] = []
        before = features
        for width in (*recipe.widths, 1):
            bound = 1 / math.sqrt(before)
            weight = torch.empty(recipe.seeds, before, width).uniform_(-bound, bound, generator=rng)
            bias = torch.empty(recipe.seeds, 1, width).uniform_(-bound, bound, generator=rng)
            self.layers.append((weight.to(device), bias.to(device)))
            before = width
        for parameter in self.parameters():
            parameter.requires_grad_()

    def parameters(self) -> list[Tensor]:
        """All weights and biases, `(seeds, …)` each."""
        return [parameter for layer in self.layers for parameter in layer]

    def losses(self, X: Tensor, y: Tensor) -> Tensor:
        """Mean squared error of each member, `(seeds,)`."""
        last = len(self.layers) - 1
        hidden = X.expand(len(self.layers[0][0]), *X.shape)
        for k, (weight, bias) in enumerate(self.layers):
            hidden = torch.baddbmm(bias, hidden, weight)
            if k < last:
                hidden = self._activation(hidden)
        return (hidden.squeeze(2) - y).square().mean(1)


def learn(rows: Rows, recipe: Recipe) -> dict[str, Tensor]:
    """Train on "train"; return every part's losses after each epoch, `(epochs, seeds)`."""
    X, y = rows.parts["train"]
    network = Ensemble(X.shape[1], recipe, X.device)
    make = torch.optim.Adam if recipe.optimizer == "adam" else torch.optim.SGD
    optimizer = make(network.parameters(), lr=recipe.lr)
    rng = torch.Generator().manual_seed(0)
    history: dict[str, list[Tensor]] = {name: [] for name in rows.parts}
    for _ in range(recipe.epochs):
        order = torch.randperm(len(X), generator=rng).to(X.device)
        for batch in torch.split(order, recipe.batch_size):
            optimizer.zero_grad()
            total = network.losses(X[batch], y[batch]).sum()
            total.backward()
            optimizer.step()
        with torch.no_grad():
            for name, (inputs, targets) in rows.parts.items():
                history[name].append(network.losses(inputs, targets))
    return {name: torch.stack(losses).cpu() for name, losses in history.items()}


def losses_by_depth(rows: Rows, recipe: Recipe, depths: Sequence[int]) -> Tensor:
    """Train to the final losses of networks with so many hidden layers, `(depths, seeds)`."""
    return torch.stack([learn(rows, recipe.deepened(depth))["train"][-1] for depth in depths])


def draw_depths(depths: Sequence[int], tables: Mapping[str, Tensor]) -> Figure:
    """Draw training loss against depth: a line through the medians, a dot a seed."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - only a picture needs it

    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axes = figure.subplots()
    for name, table in tables.items():
        (line,) = axes.plot(depths, table.median(1).values, marker="_", label=name)
        spread = [depth for depth in depths for _ in range(table.shape[1])]
        axes.scatter(spread, table.flatten(), s=9, color=line.get_color(), alpha=0.5)
    axes.set(xlabel="hidden layers", ylabel="training loss (MSE)", yscale="log")
    axes.legend(frameon=False)
    return figure


def draw_stories(stories: Sequence[Story]) -> Figure:
    """Draw the curves of each diagnosis side by side, median and range over the seeds."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - likewise

    figure = Figure(figsize=(3.2 * len(stories), 3.2), layout="constrained")
    for axes, story in zip(figure.subplots(1, len(stories)), stories, strict=True):
        for name, curve in story.curves.items():
            epochs = range(1, len(curve) + 1)
            (line,) = axes.plot(epochs, curve.median(1).values, label=name)
            low, high = curve.amin(1), curve.amax(1)
            axes.fill_between(epochs, low, high, color=line.get_color(), alpha=0.2, linewidth=0)
        axes.axhline(story.target, color="black", linewidth=0.8, linestyle=":", label="target")
        axes.set(title=story.title, xlabel="epoch", yscale="log")
        axes.legend(frameon=False, fontsize=8)
    figure.supylabel("loss (MSE)", fontsize=10)
    return figure
