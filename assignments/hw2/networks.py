"""Small networks that stand at a critical point because they were built there.

A target is chosen for a network, not a network for a target: with `y` equal to the
network's own answers theta is a perfect fit, and with `y = answers - r`, where r is
orthogonal to every column of the Jacobian, theta is critical with a loss above zero.
"""

import itertools
from dataclasses import dataclass

import torch
from hypothesis import assume
from hypothesis import strategies as st
from torch import Tensor

from .public.surfaces import NetworkLoss
from .strategies import LEAST, MOST_ZERO, ZERO_EIGENVALUE, numbers

KINK = 1e-6  # no ReLU is evaluated nearer to its kink


@dataclass(frozen=True, eq=False)
class Stop:
    """A place where training might stop: the loss, the weights, and what is true there."""

    loss: NetworkLoss
    theta: Tensor
    kind: str
    ratio: float


def jacobian(loss: NetworkLoss, theta: Tensor) -> Tensor:
    """Differentiate every answer by every weight, (N*K, n)."""
    theta = theta.clone().requires_grad_()
    rows = [
        torch.autograd.grad(answer, theta, retain_graph=True)[0]
        for answer in loss.outputs(theta).reshape(-1)
    ]
    return torch.stack(rows)


def curvature(loss: NetworkLoss, theta: Tensor) -> Tensor:
    """Differentiate the loss twice, (n, n), with nothing clever in it."""
    return torch.autograd.functional.hessian(loss, theta)


def inertia(values: Tensor) -> tuple[int, int, int]:
    """Count positive, zero and negative eigenvalues; discard a draw that is too close to call."""
    share = values / values.abs().max()
    near = (share.abs() > MOST_ZERO) & (share.abs() < LEAST)
    assume(not bool(near.any()))
    positive, negative = int((share > ZERO_EIGENVALUE).sum()), int((share < -ZERO_EIGENVALUE).sum())
    return positive, len(values) - positive - negative, negative


def far_from_kinks(loss: NetworkLoss, theta: Tensor) -> bool:
    """Tell whether every ReLU is well on one side or the other."""
    if loss.activation != "relu":
        return True
    a = loss.X
    for V, c in loss.layers(theta)[:-1]:
        z = a @ V.T + c
        if bool((z.abs() < KINK).any()):
            return False
        a = torch.relu(z)
    return True


def grid(generator: torch.Generator, *shape: int) -> Tensor:
    """Draw numbers of three digits, between -2 and 2."""
    return torch.randint(-2000, 2001, shape, generator=generator).to(torch.float64) / 1000


@st.composite
def networks(
    draw: st.DrawFn,
    depths: tuple[int, ...] = (1, 2),
    fewest: int = 1,
) -> tuple[NetworkLoss, Tensor]:
    """Draw a small network with data, and weights for it, away from every kink."""
    inputs, answers = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    hidden = [draw(st.integers(fewest, 3)) for _ in range(draw(st.sampled_from(depths)))]
    samples = draw(st.integers(1, 6))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    X, y = grid(generator, samples, inputs), grid(generator, samples, answers)
    widths = (inputs, *hidden, answers)
    loss = NetworkLoss(widths, draw(st.sampled_from(("tanh", "relu"))), X, y)
    theta = grid(generator, loss.n)
    assume(far_from_kinks(loss, theta))
    return loss, theta


def fitted(loss: NetworkLoss, theta: Tensor) -> NetworkLoss:
    """Take the network's own answers for targets, so that theta fits them perfectly."""
    return NetworkLoss(loss.widths, loss.activation, loss.X, loss.outputs(theta))


@st.composite
def perfect_fits(draw: st.DrawFn, depths: tuple[int, ...] = (1, 2), fewest: int = 1) -> Stop:
    """Draw a global minimum: its Hessian is 2/(N*K) JᵀJ, with the rank of the Jacobian."""
    loss, theta = draw(networks(depths, fewest))
    loss = fitted(loss, theta)
    J = jacobian(loss, theta)
    squares = torch.zeros(loss.n, dtype=torch.float64)
    found = torch.linalg.svdvals(J).square()
    squares[: len(found)] = found
    positive, zero, _ = inertia(squares)
    return Stop(loss, theta, "degenerate" if zero else "minimum", positive / loss.n)


@st.composite
def full_rank_fits(draw: st.DrawFn) -> Stop:
    """Draw a perfect fit that is a minimum beyond doubt: one unit and samples in plenty."""
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    X = torch.linspace(-2, 2, draw(st.integers(6, 9)), dtype=torch.float64).reshape(-1, 1)
    loss = NetworkLoss((1, 1, 1), "tanh", X, torch.zeros_like(X))
    theta = torch.randint(500, 1501, (4,), generator=generator).to(torch.float64) / 1000
    loss = fitted(loss, theta)
    positive, zero, _ = inertia(torch.linalg.svdvals(jacobian(loss, theta)).square())
    assert (positive, zero) == (loss.n, 0)
    return Stop(loss, theta, "minimum", 1.0)


def near_twins() -> Stop:
    """Build a perfect fit with two units so alike that the curvatures span five decades.

    It is a minimum: the smallest is 4e-6 of the largest, 400 times the bound of zero.
    """
    X = torch.linspace(-2, 2, 8, dtype=torch.float64).reshape(-1, 1)
    theta = torch.tensor([1, 1.25, 0.5, -0.5, 1, -0.5, 0.25], dtype=torch.float64)
    loss = fitted(NetworkLoss((1, 2, 1), "tanh", X, torch.zeros_like(X)), theta)
    return Stop(loss, theta, "minimum", 1.0)


@st.composite
def twin_saddles(draw: st.DrawFn) -> Stop:
    """Draw a saddle between two hidden units that have become the same (Fukumizu and Amari).

    Both units have the incoming weights w and outgoing weights a and b. Moving w by +b z in
    one and by -a z in the other leaves the answers as they are to first order, and the loss
    curves by a b (a + b) zᵀGz, G = Σ r tanh''(wᵀx) x xᵀ. The sign of r makes that negative.
    The output's bias always curves upward. So the point is a saddle, for certain.
    """
    inputs = draw(st.integers(1, 2))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    n = 2 * inputs + 5
    X = grid(generator, n + draw(st.integers(0, 3)), inputs)
    w, b = grid(generator, inputs) + 0.25, grid(generator, 1) / 2
    outgoing = torch.tensor([1.0, draw(st.sampled_from((1.0, 2.0, 0.5)))], dtype=torch.float64)
    theta = torch.cat([w, w, b, b, outgoing, grid(generator, 1)])
    loss = NetworkLoss((inputs, 2, 1), "tanh", X, torch.zeros(len(X), 1, dtype=torch.float64))
    residual = unexplained(jacobian(loss, theta), grid(generator, len(X)))
    return saddle_of(loss, theta, 4 * residual)


def unexplained(J: Tensor, wish: Tensor) -> Tensor:
    """Take from a wish all that the columns of J explain; what is left has length 1."""
    U, s, _ = torch.linalg.svd(J, full_matrices=False)
    U = U[:, s > 1e-12 * s[0]]
    for _ in range(2):
        wish = wish - U @ (U.T @ wish)
    assume(float(wish.norm()) > 1e-2)
    return wish / wish.norm()


def saddle_of(loss: NetworkLoss, theta: Tensor, residual: Tensor) -> Stop:
    """Leave this residual, or its opposite, for the network: whichever curves downward."""
    for r in (residual, -residual):
        y = loss.outputs(theta) - r.reshape(-1, 1)
        bent = NetworkLoss(loss.widths, loss.activation, loss.X, y)
        values = torch.linalg.eigvalsh(curvature(bent, theta))
        if float(values[0]) < -1e-4 * float(values[-1]):
            positive, _, _ = inertia(values)
            return Stop(bent, theta, "saddle", positive / len(values))
    assume(False)  # noqa: FBT003 - Hypothesis's way to discard a draw
    raise AssertionError


@st.composite
def origins(draw: st.DrawFn) -> Stop:
    """Draw a tanh network that has learnt no more than the mean: every weight is 0.

    With one hidden layer the loss curves both ways as soon as the residuals depend on x;
    with two it is flat in every direction but the last bias.
    """
    hidden = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    half = draw(st.lists(numbers(1, 4), min_size=1, max_size=2))
    slope, mean = draw(numbers(1, 3)), draw(numbers(-2, 2))
    X = torch.tensor([*half, *(-x for x in half)], dtype=torch.float64).reshape(-1, 1)
    loss = NetworkLoss((1, *hidden, 1), "tanh", X, slope * X + mean)
    theta = torch.zeros(loss.n, dtype=torch.float64)
    theta[-1] = mean
    if len(hidden) == 1:
        return Stop(loss, theta, "saddle", (1 + hidden[0]) / loss.n)
    return Stop(loss, theta, "degenerate", 1 / loss.n)


def relabelled(loss: NetworkLoss, theta: Tensor) -> list[Tensor]:
    """List the weights of the same one-hidden-layer network with its units in other orders."""
    (V, c), (W, b) = loss.layers(theta)
    orders = itertools.islice(itertools.permutations(range(len(c))), 1, 4)
    return [
        torch.cat([V[list(order)].reshape(-1), c[list(order)], W[:, list(order)].reshape(-1), b])
        for order in orders
    ]
