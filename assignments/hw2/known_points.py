"""Famous critical points of surfaces that are not networks, with what is true there."""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .crowds import spread_out
from .public.surfaces import (
    Himmelblau,
    Lee,
    LinearNetwork,
    MonkeySaddle,
    Polynomial,
    Quadratic,
    Quartic,
    Reparametrised,
    Rosenbrock,
    Torus,
)
from .strategies import LEAST, MOST_ZERO, Point


@dataclass(frozen=True, eq=False)
class Landmark:
    """A surface, a critical point of it, its kind and its share of positive eigenvalues."""

    loss: Any
    theta: Tensor
    kind: str
    ratio: float


def tensor(*entries: object) -> Tensor:
    """Write a float64 tensor."""
    return torch.tensor(entries, dtype=torch.float64)


def bowl(*curvatures: float) -> tuple[Quadratic, Tensor]:
    """Build the quadratic with these eigenvalues, and its critical point."""
    n = len(curvatures)
    return Quadratic(torch.diag(tensor(*curvatures)), torch.zeros(n).double()), tensor(*[0] * n)


def well(point: Point) -> Landmark:
    """Build the quadratic with the Hessian of a point, and what is true at its middle."""
    b = torch.zeros(len(point.values), dtype=torch.float64)
    return Landmark(Quadratic(point.hessian, b), b.clone(), point.kind, point.ratio)


def linear_network(*sizes: int) -> LinearNetwork:
    """Build a linear network on data for which the best answer is not zero."""
    X = tensor([1, 0], [0, 1], [1, 1])
    return LinearNetwork(sizes, X, X @ tensor([2], [-1]))


def skewed(loss: object, *theta: float) -> tuple[Reparametrised, Tensor]:
    """See a surface in the plane from skewed and shifted coordinates."""
    B, d = tensor([1, 2], [0, 1]), tensor(1, -1)
    return Reparametrised(loss, B, d), torch.linalg.solve(B, tensor(*theta) - d)


PEAK = (-0.2708445906673476, -0.9230385564799815)
PASS = (0.08667750455539636, 2.884254701174776)

LANDMARKS = {
    "the lecture's example at the origin": Landmark(Lee(), tensor(0, 0), "saddle", 1 / 2),
    "Rosenbrock's minimum": Landmark(Rosenbrock(), tensor(1, 1), "minimum", 1),
    "a minimum of Himmelblau's": Landmark(Himmelblau(), tensor(3, 2), "minimum", 1),
    "the maximum of Himmelblau's": Landmark(Himmelblau(), tensor(*PEAK), "maximum", 0),
    "a saddle of Himmelblau's": Landmark(Himmelblau(), tensor(*PASS), "saddle", 1 / 2),
    "Himmelblau's maximum, skewed": Landmark(*skewed(Himmelblau(), *PEAK), "maximum", 0),
    "Himmelblau's saddle, skewed": Landmark(*skewed(Himmelblau(), *PASS), "saddle", 1 / 2),
    "the torus, bottom": Landmark(Torus(), tensor(*[math.pi] * 3), "minimum", 1),
    "the torus, two ways down": Landmark(Torus(), tensor(0, math.pi, 0), "saddle", 1 / 3),
    "the torus, top": Landmark(Torus(), tensor(0, 0, 0), "maximum", 0),
    "the monkey saddle": Landmark(MonkeySaddle(), tensor(0, 0), "degenerate", 0),
    "a quartic": Landmark(Quartic(), tensor(0, 0), "degenerate", 0),
    "x² + y³": Landmark(Polynomial(((1, (2, 0)), (1, (0, 3)))), tensor(0, 0), "degenerate", 1 / 2),
    "x² - y² + 0 z": Landmark(
        Polynomial(((1, (2, 0)), (-1, (0, 2)))), tensor(0, 0, 0), "saddle", 1 / 3
    ),
    "just a minimum": Landmark(*bowl(1, LEAST), "minimum", 1),
    "just a saddle": Landmark(*bowl(1, -LEAST), "saddle", 1 / 2),
    "just no minimum": Landmark(*bowl(1, MOST_ZERO), "degenerate", 1 / 2),
    "just no saddle": Landmark(*bowl(1, -MOST_ZERO), "degenerate", 1 / 2),
    "just no minimum, with small entries": well(spread_out(MOST_ZERO)),
    "a linear network of two layers": Landmark(
        linear_network(2, 2, 1), torch.zeros(6, dtype=torch.float64), "saddle", 1 / 3
    ),
    "a linear network of three layers": Landmark(
        linear_network(2, 2, 2, 1), torch.zeros(10, dtype=torch.float64), "degenerate", 0
    ),
}
