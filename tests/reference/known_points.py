"""Three hundred and more critical points whose kind follows from how they were made.

Hessians of the drawn ones are exact in float64 (`Q diag(values) Q` with a Hadamard basis of
order 4^k and dyadic values), so that the truth itself has no rounding.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

F64 = torch.float64


@dataclass(frozen=True, eq=False)
class Known:
    """A loss, a critical point of it, and its kind ("degenerate": second order cannot tell)."""

    name: str
    loss: Callable[[Tensor], Tensor]
    theta: Tensor
    kind: str
    positive: int | None = None


def hadamard(order: int) -> Tensor:
    """Return the orthogonal, symmetric matrix H / sqrt(order); `order` is a power of four."""
    H = torch.ones(1, 1, dtype=F64)
    while len(H) < order:
        H = torch.cat([torch.cat([H, H], 1), torch.cat([H, -H], 1)])
    return H / math.isqrt(order)


def kind_of(values: list[float]) -> str:
    """Name the kind that these exact eigenvalues make."""
    up, down = any(v > 0 for v in values), any(v < 0 for v in values)
    if up and down:
        return "saddle"
    return "degenerate" if 0 in values else "minimum" if up else "maximum"


def matrix(values: list[float]) -> Tensor:
    """Return a symmetric matrix with exactly these dyadic eigenvalues, none of them rounded."""
    size = 4 ** math.ceil(math.log(len(values), 4))
    if size != len(values):
        return torch.diag(torch.tensor(values, dtype=F64))
    Q = hadamard(size)
    return Q @ torch.diag(torch.tensor(values, dtype=F64)) @ Q


def bowl(values: list[float], name: str) -> Known:
    """Make half of theta^T A theta, with the given eigenvalues, at the origin."""
    A = matrix(values)
    theta = torch.zeros(len(values), dtype=F64)
    positive = sum(v > 0 for v in values)
    return Known(name, lambda t: t @ A @ t / 2, theta, kind_of(values), positive)


def quadratics() -> list[Known]:
    """Every pattern of signs in up to five dimensions, and spectra of 16 and 64."""
    found = [
        bowl([sign * 2.0**i for i, sign in enumerate(signs)], f"signs {signs}")
        for n in range(1, 6)
        for signs in itertools.product((1, -1), repeat=n)
    ]
    for up, flat, down in ((16, 0, 0), (0, 0, 16), (15, 0, 1), (1, 0, 15), (15, 1, 0), (8, 4, 4)):
        values = [2.0 ** (i % 5) for i in range(up)] + [0.0] * flat + [-0.5] * down
        found.append(bowl(values, f"hadamard {up, flat, down}"))
    found += [
        bowl([1.0] * up + [0.0] * flat + [-1.0] * down, f"64: {up, flat, down}")
        for up, flat, down in ((40, 24, 0), (6, 58, 0), (20, 24, 20), (0, 60, 4), (63, 0, 1))
    ]
    for power in (-16, -20, -24):
        for sign in (1, -1):
            found.append(bowl([sign * 2.0**power] + [1.0] * 15, f"small {sign} 2^{power}"))
    return found


def torus() -> list[Known]:
    """Sum of cosines: a maximum in each coordinate that is 0, a minimum in each that is pi."""
    return [
        Known(
            f"torus {place}",
            lambda t: torch.cos(t).sum(),
            torch.tensor(place, dtype=F64),
            kind_of([1.0 if x else -1.0 for x in place]),
            sum(x > 0 for x in place),
        )
        for n in range(1, 8)
        for place in itertools.product((0.0, math.pi), repeat=n)
    ]


def himmelblau() -> list[Known]:
    """Four minima, four saddles and one maximum, polished by Newton's method."""

    def loss(t: Tensor) -> Tensor:
        return (t[0] ** 2 + t[1] - 11) ** 2 + (t[0] + t[1] ** 2 - 7) ** 2

    guesses = {
        "minimum": [(3, 2), (-2.8051, 3.1313), (-3.7793, -3.2832), (3.5844, -1.8481)],
        "maximum": [(-0.270845, -0.923039)],
        "saddle": [(0.0867, 2.8843), (3.3852, 0.0739), (-0.128, -1.9537), (-3.073, -0.0814)],
    }
    return [
        Known(f"himmelblau {guess}", loss, polished(loss, guess), kind)
        for kind, many in guesses.items()
        for guess in many
    ]


def polished(loss: Callable[[Tensor], Tensor], guess: tuple[float, ...]) -> Tensor:
    """Take Newton steps with a plain double loop for the Hessian."""
    theta = torch.tensor(guess, dtype=F64)
    for _ in range(20):
        at = theta.clone().requires_grad_()
        (g,) = torch.autograd.grad(loss(at), at, create_graph=True)
        H = torch.stack(
            [torch.autograd.grad(g[i], at, retain_graph=True)[0] for i in range(len(g))]
        )
        theta = theta - torch.linalg.solve(H, g.detach())
    return theta


def named() -> list[Known]:
    """The lecture's example, Rosenbrock's valley, degenerate polynomials, flat saddles."""
    zero2, zero3 = torch.zeros(2, dtype=F64), torch.zeros(3, dtype=F64)
    flat: list[Callable[[Tensor], Tensor]] = [
        lambda t: t[0] ** 4 + 0 * t[1],
        lambda t: (t**4).sum(),
        lambda t: -(t**4).sum(),
        lambda t: t[0] ** 4 - t[1] ** 4,
        lambda t: t[0] ** 3 - 3 * t[0] * t[1] ** 2,
        lambda t: t[0] ** 2 + t[1] ** 4,
        lambda t: t[0] ** 2 - t[1] ** 4,
        lambda t: t[0] ** 2 + t[1] ** 3,
        lambda t: -(t[0] ** 2) + t[1] ** 4,
        lambda t: 0 * t.sum(),
    ]
    degenerate = [Known(f"flat {i}", f, zero2, "degenerate") for i, f in enumerate(flat)]
    return [
        *degenerate,
        Known("lecture", lambda t: (1 - t[0] * t[1]) ** 2, zero2, "saddle", 1),
        Known("flat saddle", lambda t: t[0] ** 2 - t[1] ** 2 + 0 * t[2], zero3, "saddle", 1),
        *(
            Known(f"rosenbrock {n}", rosenbrock, torch.ones(n, dtype=F64), "minimum", n)
            for n in (2, 3, 5, 8)
        ),
    ]


def rosenbrock(t: Tensor) -> Tensor:
    """The valley in any dimension, with a minimum at (1, ..., 1)."""
    return (100 * (t[1:] - t[:-1] ** 2) ** 2 + (1 - t[:-1]) ** 2).sum()


def linear_networks() -> list[Known]:
    """At zero: two layers are a strict saddle, three or four have no curvature at all."""
    found = []
    for seed in range(10):
        generator = torch.Generator().manual_seed(seed)
        X = torch.randn(20, 3, generator=generator, dtype=F64)
        Y = X @ torch.randn(3, 2, generator=generator, dtype=F64)
        for depth, kind in ((2, "saddle"), (3, "degenerate"), (4, "degenerate")):
            sizes = [3, *[2] * depth]
            n = sum(a * b for a, b in itertools.pairwise(sizes))

            def loss(t: Tensor, X: Tensor = X, Y: Tensor = Y, sizes: list[int] = sizes) -> Tensor:
                a, start = X, 0
                for fan_in, fan_out in itertools.pairwise(sizes):
                    a = a @ t[start : start + fan_in * fan_out].view(fan_out, fan_in).T
                    start += fan_in * fan_out
                return ((a - Y) ** 2).mean()

            found.append(Known(f"linear {depth} #{seed}", loss, torch.zeros(n, dtype=F64), kind))
    return found


def all_points() -> list[Known]:
    """Return every point."""
    return [*quadratics(), *torus(), *himmelblau(), *named(), *linear_networks()]
