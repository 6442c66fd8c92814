"""Four functions, as a first homework has them."""

import torch
from torch import Tensor


def standardize(x: Tensor) -> Tensor:
    """Shift and scale the columns of (n, d) to mean 0 and deviation 1."""
    return (x - x.mean(0)) / x.std(0, correction=0)


def mse(a: Tensor, b: Tensor) -> Tensor:
    """Return the mean of the squared differences of two vectors."""
    return ((a - b) ** 2).mean()


def gradient(x: Tensor, y: Tensor, w: Tensor) -> Tensor:
    """Return the gradient of the mean squared error of x @ w against y, by w: (d,)."""
    w = w.clone().requires_grad_()
    loss = ((x @ w - y) ** 2).mean()
    return torch.autograd.grad(loss, w)[0]


def newton_step(hessian: Tensor, gradient: Tensor) -> Tensor:
    """Return the step to the minimum of a quadratic: (d,)."""
    return -torch.linalg.solve(hessian, gradient)
