"""The sharp rule: what kind of critical point, with bounds, or an honest "cannot tell".

An eigenvalue counts as non-zero where rounding and the distance to the critical point cannot
have made it up:  |lambda| > tau.  Where the gradient is exactly zero tau = n eps |H|; else
tau = 4 (n eps |H| + |H(theta + d) - H(theta)|)  (Weyl), d two Newton steps; eps is float64's.

A saddle is certified by two Rayleigh quotients, often after 2 to 5 products and before any
Hessian is built; anything else needs the counts of a factorisation; above `largest` weights
the Hessian is not built and only what the quotients prove is said.  The Newton term is an
estimate, not a proof.  Its step follows every direction with curvature above rounding: leaving
out flatter ones makes more points decidable, and some of the answers wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from reference.arguments import vector
from reference.curvature import curvature, network_of
from reference.hessian_products import hessian_products
from reference.inertia import Inertia, signs_beyond, signs_on_device
from reference.kinks import count_kinks
from reference.lanczos import Krylov, lanczos, random_start

if TYPE_CHECKING:
    from torch import Tensor

    from reference.activations import Array
    from reference.autodiff_hessian import Loss
    from reference.hessian_products import HessianProducts
    from reference.network import Network

EPS = float(np.finfo(np.float64).eps)
SURE = 10.0
"""A Rayleigh quotient must lie this many tau from zero to certify its sign."""
DRIFT = 4.0
"""Caution where the gradient is not zero.  Where H vanishes at the critical point the steps
shrink slowly (x^3 halves, x^4 keeps two thirds), and the eigenvalue is up to twice the change."""
NEWTON_STEPS = 2
"""The second one finds parts of the gradient that drown in the rounding of the first."""
LARGEST = 6000
"""Most weights for which the Hessian is built (288 MB)."""


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What is known about a point; `kind` may be "cannot tell", `reason` says why."""

    kind: str
    ruled_out: tuple[str, ...]
    reason: str
    gradient_norm: float
    tau: float
    """Below this an eigenvalue is indistinguishable from zero."""
    lowest: float
    """Smallest Rayleigh quotient seen: the smallest eigenvalue is at most this."""
    highest: float
    """Largest Rayleigh quotient seen: the largest eigenvalue is at least this."""
    escape: Tensor | None
    """Unit vector (n,) whose Rayleigh quotient is `lowest`, where that is surely negative."""
    inertia: Inertia | None
    """Counts with `tau` as the bound of zero, where the Hessian was built."""
    minimum_ratio: tuple[float, float]
    """The share of positive eigenvalues lies in this interval."""
    products: int
    kinks: int


def inspect_point(
    loss: Loss, theta: Tensor, *, gradient_tolerance: float = 1e-6, largest: int = LARGEST
) -> Inspection:
    """Say what kind of critical point of `loss` theta (n,) is, or lies next to.

    The Hessian is built only where two Rayleigh quotients do not settle the matter and n is
    at most `largest`.  Raises ValueError where theta or the loss is not finite.
    """
    point = vector(theta, "theta")
    network = network_of(loss, point)
    at = hessian_products(loss, point, network)
    norm = float(at.gradient @ at.gradient) ** 0.5
    start = _beside(random_start(len(point)), at.gradient)
    critical = norm <= gradient_tolerance
    moved = _newton_drift(loss, point, network, at) if critical else None
    ends = lanczos(at.product, start, lambda space: _settled(space, moved))
    tau = _tau(ends, moved)
    counts = None
    if critical and not _is_saddle(ends, tau) and len(point) <= largest:
        H = curvature(loss, point).hessian
        counts = (signs_beyond if isinstance(H, np.ndarray) else signs_on_device)(H, tau)
    kinks = 0 if network is None else count_kinks(network)
    word = "not critical", f"the gradient's norm is {norm:.3g}"
    if critical:
        word = _word(ends, tau, counts, kinks)
    return _conclude(at, ends, tau, counts, word, kinks)


def _settled(space: Krylov, moved: float | None) -> bool:
    return _is_saddle(space, _tau(space, moved))


def _tau(space: Krylov, moved: float | None) -> float:
    rounding = len(space.basis[0]) * EPS * space.norm
    return rounding if moved is None else DRIFT * (rounding + moved)


def _is_saddle(space: Krylov, tau: float) -> bool:
    return space.lowest < -SURE * tau and space.highest > SURE * tau


def _newton_drift(
    loss: Loss, point: Tensor, network: Network | None, at: HessianProducts
) -> float | None:
    """Estimate |H(theta + d) - H(theta)| for Newton's step d; None where the gradient is 0."""
    there = at
    for _ in range(NEWTON_STEPS):
        step = newton_step(there)
        if step is None:
            break
        point = point + torch.as_tensor(step)
        there = hessian_products(loss, point, network)
    if there is at:
        return None

    def difference(v: Array) -> Array:
        return there.product(v) - at.product(v)

    start = _beside(random_start(len(point), seed=1), at.gradient)
    space = lanczos(difference, start, lambda found: found.norm_is_known(0.1), steps=20)
    return space.norm


def newton_step(at: HessianProducts, cut: float = EPS) -> Array | None:
    """Return the Newton step -H^+ g (n,) by MINRES, or None where the gradient is zero.

    Directions of curvature below `cut` times n times the largest are not followed.
    """
    size = float(at.gradient @ at.gradient) ** 0.5
    if size == 0:
        return None
    space = lanczos(at.product, at.gradient, lambda _: False)
    return -space.least_squares(size, cut * len(at.gradient))


def _beside(v: Array, like: Array) -> Array:
    return v if isinstance(like, np.ndarray) else like.new_tensor(v)


def _conclude(
    at: HessianProducts,
    ends: Krylov,
    tau: float,
    counts: Inertia | None,
    word: tuple[str, str],
    kinks: int,
) -> Inspection:
    n = len(ends.basis[0])
    up, down = _signs(ends, tau, counts)
    return Inspection(
        kind=word[0],
        ruled_out=tuple(name for name, seen in (("minimum", down), ("maximum", up)) if seen),
        reason=word[1],
        gradient_norm=float(at.gradient @ at.gradient) ** 0.5,
        tau=tau,
        lowest=ends.lowest,
        highest=ends.highest,
        escape=_escape(at, ends, tau),
        inertia=counts,
        minimum_ratio=(up / n, (up + counts.zero if counts else n - down) / n),
        products=ends.steps,
        kinks=kinks,
    )


def _escape(at: HessianProducts, ends: Krylov, tau: float) -> Tensor | None:
    """Return the lowest Ritz vector, if its Rayleigh quotient, taken anew, is surely negative."""
    v = ends.vector(0)
    return torch.as_tensor(v) if float(v @ at.product(v)) < -SURE * tau else None


def _signs(ends: Krylov, tau: float, counts: Inertia | None) -> tuple[int, int]:
    """Count what is known to be positive and negative; at least one each is all Lanczos says."""
    if counts:
        return counts.positive, counts.negative
    return int(ends.highest > SURE * tau), int(ends.lowest < -SURE * tau)


def _word(ends: Krylov, tau: float, counts: Inertia | None, kinks: int) -> tuple[str, str]:
    """Name the kind of a point whose gradient is as good as zero, and say why."""
    if kinks:
        return "cannot tell", f"{kinks} pre-activations lie on a kink of the ReLU"
    up, down = _signs(ends, tau, counts)
    if up and down:
        return "saddle", "curvature of both signs, certain"
    if counts is None:
        return "cannot tell", "too large for its Hessian; the signs seen are all that is known"
    if counts.zero:
        return "cannot tell", f"{counts.zero} eigenvalues are within {tau:.3g} of zero"
    word = "minimum" if up else "maximum"
    return word, f"all {up or down} eigenvalues are beyond {tau:.3g}"
