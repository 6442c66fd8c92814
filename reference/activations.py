"""Elementwise activations with their first two derivatives, for numpy arrays and torch tensors.

Both libraries share the few names that are needed here, so each formula stands once.
Softplus is torch's: the identity above 20.  ReLU has slope 0 at its kink, as in torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

Array: TypeAlias = Any
"""A float64 numpy array or torch tensor: both speak the operators used in these modules."""

SOFTPLUS_LIMIT = 20.0


@dataclass(frozen=True, slots=True)
class Bend:
    """An activation at z: value, slope, and curvature (None where it is zero everywhere)."""

    value: Array
    slope: Array
    curvature: Array | None


def namespace(array: Array) -> Any:  # noqa: ANN401  (a module: numpy or torch)
    """Return the library that `array` belongs to."""
    return np if isinstance(array, np.ndarray) else torch


def tanh(z: Array) -> Bend:
    """Hyperbolic tangent: slope 1 - a^2, curvature -2 a (1 - a^2)."""
    a = namespace(z).tanh(z)
    slope = 1.0 - a * a
    return Bend(a, slope, -2.0 * a * slope)


def relu(z: Array) -> Bend:
    """max(z, 0), without curvature away from its kink."""
    slope = (z > 0) * namespace(z).ones_like(z)
    return Bend(z * slope, slope, None)


def sigmoid(z: Array) -> Bend:
    """1 / (1 + exp(-z)), written so that nothing overflows or cancels."""
    xp = namespace(z)
    e = xp.exp(-abs(z))
    slope = e / (1.0 + e) ** 2
    value = xp.where(z >= 0, 1.0 / (1.0 + e), e / (1.0 + e))
    return Bend(value, slope, -xp.sign(z) * slope * (1.0 - e) / (1.0 + e))


def softplus(z: Array) -> Bend:
    """log(1 + exp(z)), and z itself above 20."""
    xp = namespace(z)
    inner = sigmoid(z)
    linear = z > SOFTPLUS_LIMIT
    value = xp.where(linear, z, xp.log1p(xp.exp(-abs(z))) + z * (z > 0))
    slope = xp.where(linear, xp.ones_like(z), inner.value)
    return Bend(value, slope, xp.where(linear, xp.zeros_like(z), inner.slope))


def identity(z: Array) -> Bend:
    """Leave z as it is: a linear network."""
    return Bend(z, namespace(z).ones_like(z), None)


ACTIVATIONS: dict[str, Callable[[Array], Bend]] = {
    "tanh": tanh,
    "relu": relu,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "identity": identity,
}
