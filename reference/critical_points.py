"""Homework 2: what kind of critical point is this?  The reference's seven exports.

Conventions: ``theta`` is a flat tensor (n,), ``loss`` maps it to a scalar tensor; everything
is computed and returned in float64 on theta's device, and no argument is changed.
An eigenvalue is zero when its absolute value is at most 1e-8 of the largest.  For the
sharper rule, with bounds and an honest "cannot tell", see `reference.inspection`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from reference.arguments import same_length, square, vector
from reference.autodiff_hessian import Loss, differentiate
from reference.curvature import curvature
from reference.inertia import kind, ratio_and_kind

if TYPE_CHECKING:
    from reference.activations import Array

ZERO_EIGENVALUE = 1e-8
ZERO_GRADIENT = 1e-6


def gradient(loss: Loss, theta: Tensor) -> Tensor:
    """Gradient (n,) of `loss` at `theta`; zero where the loss ignores a coordinate."""
    return differentiate(loss, vector(theta, "theta"), twice=False).gradient.detach()


def hessian(loss: Loss, theta: Tensor) -> Tensor:
    """Exact Hessian (n, n) of `loss` at `theta`, exactly symmetric."""
    return torch.as_tensor(curvature(loss, vector(theta, "theta")).hessian)


def taylor(loss: Loss, theta0: Tensor, theta: Tensor) -> Tensor:
    """Second-order expansion of `loss` around `theta0`, evaluated at `theta`; shape ()."""
    start, end = vector(theta0, "theta0"), vector(theta, "theta")
    same_length(start, "theta0", end, "theta")
    step = end - start
    graph = differentiate(loss, start)
    slope = graph.gradient.detach() @ step
    return graph.value + slope + graph.product(step) @ step / 2


def classify(gradient: Tensor, hessian: Tensor) -> str:
    """Name the kind of point that has this gradient (n,) and this Hessian (n, n).

    Returns "not critical", "minimum", "maximum", "saddle" or "degenerate".
    Raises ValueError on NaN, infinity, or a Hessian that is not square or not of this gradient.
    """
    g, H = vector(gradient, "gradient"), square(hessian, "hessian")
    same_length(g, "gradient", H, "hessian")
    if float(torch.linalg.vector_norm(g)) > ZERO_GRADIENT:
        return "not critical"
    return _ratio_and_kind(H)[1]


def escape_direction(hessian: Tensor) -> Tensor | None:
    """Find a unit vector (n,) of the smallest eigenvalue, or None when none is negative."""
    H = square(hessian, "hessian")
    values, vectors = torch.linalg.eigh(H)
    bound = ZERO_EIGENVALUE * float(values.abs().max())
    return vectors[:, 0].clone() if float(values[0]) < -bound else None


def minimum_ratio(hessian: Tensor) -> float:
    """Share of eigenvalues that are positive beyond tolerance."""
    return _ratio_and_kind(square(hessian, "hessian"))[0]


def analyze(loss: Loss, theta: Tensor, tol: float = 1e-3) -> tuple[float, float, str]:
    """Gradient norm, minimum ratio and kind of `theta`; `tol` bounds a zero gradient."""
    at = curvature(loss, vector(theta, "theta"), lower_only=True)
    norm = float(abs(at.gradient).max())
    if norm > 0:
        norm *= float(((at.gradient / norm) ** 2).sum()) ** 0.5
    ratio, word = _ratio_and_kind(at.hessian, overwrite=True)
    return norm, ratio, word if norm <= tol else "not critical"


def _ratio_and_kind(H: Array, *, overwrite: bool = False) -> tuple[float, str]:
    """Share of positive eigenvalues and the kind, by LDL^T on the CPU, eigenvalues elsewhere."""
    if isinstance(H, np.ndarray) or H.device.type == "cpu":
        return ratio_and_kind(np.asarray(H), ZERO_EIGENVALUE, overwrite=overwrite)
    values = torch.linalg.eigvalsh(H)
    bound = ZERO_EIGENVALUE * values.abs().max()
    signs = torch.stack([(values > bound).sum(), (values < -bound).sum()]).tolist()
    zero = len(values) - sum(signs)
    return signs[0] / len(values), kind(signs[0], zero, negative=signs[1] > 0)
