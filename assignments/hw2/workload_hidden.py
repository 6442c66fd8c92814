"""What `analyze` is raced on: networks of 266 weights, most of them at a critical point.

Every question has weights, inputs and targets of its own, drawn from the race's secret seed.
Large weights keep the spectrum away from the bound of zero, so that two correct submissions agree.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from grader import Workload, as_number, as_tuple, as_word, assert_close

from .public.surfaces import NetworkLoss
from .strategies import KINDS, ZERO_EIGENVALUE

WIDTHS, SAMPLES = (6, 12, 12, 2), 192
UNEVEN = 4  # samples more or fewer, so that most shapes of a race were not met in its warm-up
LARGE = 2.0
RESIDUAL = 40.0
NEAR = 8  # times the bound of zero: no perfect fit with an eigenvalue below that is drawn
CLOSE_CALLS = 2  # eigenvalues that two correct submissions may count differently
CRITICAL = 1e-8


def questions() -> Workload:
    """Ask alike often at a place on the way, at a perfect fit, and stuck with what is left."""
    return Workload((on_the_way, fitted, stuck), check)


def on_the_way(rng: np.random.Generator) -> tuple[NetworkLoss, Tensor]:
    """Draw a network that neither fits its targets nor stands still."""
    samples = SAMPLES + int(rng.integers(-UNEVEN, UNEVEN + 1))
    X = torch.from_numpy(rng.standard_normal((samples, WIDTHS[0])))
    y = torch.from_numpy(rng.standard_normal((samples, WIDTHS[-1])))
    return NetworkLoss(WIDTHS, "tanh", X, y), weights(rng)


def fitted(rng: np.random.Generator) -> tuple[NetworkLoss, Tensor]:
    """Draw a network whose targets are its own answers: a minimum, every eigenvalue positive."""
    while True:
        loss, theta = on_the_way(rng)
        answers, J = linearised(loss, theta)
        values = torch.linalg.eigvalsh(J.T @ J)
        if float(values[0]) > NEAR * ZERO_EIGENVALUE * float(values[-1]):
            return NetworkLoss(WIDTHS, "tanh", loss.X, answers), theta


def stuck(rng: np.random.Generator) -> tuple[NetworkLoss, Tensor]:
    """Draw a network with a residual that no small step of the weights reduces: a saddle."""
    loss, theta = on_the_way(rng)
    answers, J = linearised(loss, theta)
    return NetworkLoss(WIDTHS, "tanh", loss.X, answers - unexplained(J, loss.y)), theta


def weights(rng: np.random.Generator) -> Tensor:
    """Draw weights of size LARGE / sqrt(fan in), and biases half as large as LARGE."""
    parts = []
    for fan_in, fan_out in pairwise(WIDTHS):
        parts.append(LARGE / fan_in**0.5 * rng.standard_normal(fan_in * fan_out))
        parts.append(LARGE / 2 * rng.standard_normal(fan_out))
    return torch.from_numpy(np.concatenate(parts))


def linearised(loss: NetworkLoss, theta: Tensor) -> tuple[Tensor, Tensor]:
    """Return the answers (N, K) and their derivatives by the weights (N K, n)."""
    theta = theta.clone().requires_grad_()
    answers = loss.outputs(theta)
    units = torch.eye(answers.numel(), dtype=theta.dtype)
    (J,) = torch.autograd.grad(answers.reshape(-1), theta, units, is_grads_batched=True)
    return answers.detach(), J


def unexplained(J: Tensor, wish: Tensor) -> Tensor:
    """Take from a residual all that moving the weights could change, twice for rounding."""
    U, rest = torch.linalg.qr(J).Q, wish.reshape(-1)
    for _ in range(2):
        rest = rest - U @ (U.T @ rest)
    return (RESIDUAL * rest / rest.norm()).reshape(wish.shape)


def check(arguments: Sequence[object], answer: object, expected: object) -> None:
    """Hold an answer to what holds by construction, and to the reference's answer."""
    loss, theta = arguments
    norm, ratio, kind = as_tuple(answer, 3)
    norm, ratio, kind = as_number(norm), as_number(ratio), as_word(kind, KINDS)
    true_norm, true_ratio, true_kind = as_tuple(expected, 3)
    residual = float((loss.outputs(theta) - loss.y).norm())
    g = slope(loss, theta)
    assert_close(norm, g, rtol=1e-9, atol=CRITICAL, what="gradient norm")
    assert_close(norm, as_number(true_norm), rtol=1e-9, atol=CRITICAL, what="gradient norm")
    if residual < CRITICAL:
        assert (ratio, kind) == (1.0, "minimum"), f"expected (1.0, minimum), got ({ratio}, {kind})"
        return
    slack = CLOSE_CALLS / loss.n + 1e-9
    assert_close(ratio, as_number(true_ratio), rtol=0, atol=slack, what="minimum ratio")
    truth = "saddle" if g < CRITICAL else "not critical"
    assert kind == truth == true_kind, f"expected {truth}, got {kind}"


def slope(loss: NetworkLoss, theta: Tensor) -> float:
    """Return the 2-norm of the gradient, by autograd."""
    theta = theta.clone().requires_grad_()
    (g,) = torch.autograd.grad(loss(theta), theta)
    return float(g.norm())
