"""What `hessian` is timed on: networks that neither fit their data nor stand still.

It is raced on those of 146 weights, whose Hessian stays in a core's cache: where it does not, laps
scatter more widely and races take longer. Its growth is measured over SIZES.

Every question has weights, inputs and targets of its own, drawn from the race's secret seed. The
whole answer is held to double precision: there is no entry, and no digit, that need not be found.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from grader import Workload, as_tensor, assert_close

from .public.surfaces import NetworkLoss

WIDTHS, SAMPLES = (6, 8, 8, 2), 512
SIZES = {202: 10, 418: 16, 818: 24}  # weights of a network, with its hidden units a layer
SAMPLES_OF_SIZES = 192
UNEVEN = 4  # samples more or fewer, so that most shapes of a race were not met in its warm-up
LARGE = 2.0
ROUNDING = 1e-9  # of the largest entry; in single precision 1e-6 is lost


def questions() -> Workload:
    """Ask for the Hessian where a network is still being trained."""
    return Workload(on_the_way, check)


def questions_of_size() -> Workload:
    """Ask the same of networks with so many weights, of SIZES."""

    def draw(rng: np.random.Generator, size: int) -> tuple[NetworkLoss, Tensor]:
        return on_the_way(rng, (6, SIZES[size], SIZES[size], 2), SAMPLES_OF_SIZES)

    return Workload(draw, check)


def on_the_way(
    rng: np.random.Generator, widths: Sequence[int] = WIDTHS, samples: int = SAMPLES
) -> tuple[NetworkLoss, Tensor]:
    """Draw a network that neither fits its targets nor stands still, of about so many samples."""
    samples += int(rng.integers(-UNEVEN, UNEVEN + 1))
    X = torch.from_numpy(rng.standard_normal((samples, widths[0])))
    y = torch.from_numpy(rng.standard_normal((samples, widths[-1])))
    return NetworkLoss(tuple(widths), "tanh", X, y), weights(rng, widths)


def weights(rng: np.random.Generator, widths: Sequence[int]) -> Tensor:
    """Draw weights of size LARGE / sqrt(fan in), and biases half as large as LARGE."""
    parts = []
    for fan_in, fan_out in pairwise(widths):
        parts.append(LARGE / fan_in**0.5 * rng.standard_normal(fan_in * fan_out))
        parts.append(LARGE / 2 * rng.standard_normal(fan_out))
    return torch.from_numpy(np.concatenate(parts))


def check(arguments: Sequence[object], answer: object, expected: object) -> None:
    """Hold each entry to the reference's, and the reference's own by a product to autograd's."""
    loss, theta = arguments
    truth, H = (as_tensor(one, (loss.n, loss.n)) for one in (expected, answer))
    bound = ROUNDING * float(truth.abs().max())
    assert_close(H, truth, rtol=0, atol=bound, what="hessian")
    if answer is expected:
        v = torch.linspace(-1, 1, loss.n, dtype=torch.float64)
        assert_close(H @ v, product(loss, theta, v), rtol=0, atol=loss.n * bound, what="H @ v")


def product(loss: NetworkLoss, theta: Tensor, v: Tensor) -> Tensor:
    """Return the Hessian times a vector, by two backward passes and no reference."""
    theta = theta.clone().requires_grad_()
    (g,) = torch.autograd.grad(loss(theta), theta, create_graph=True)
    return torch.autograd.grad(g, theta, v)[0]
