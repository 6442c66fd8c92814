"""Gradient and Hessian at a point, by the fastest route that proves itself.

A loss that shows the parts of a network (`widths`, `activation`, `X`, `y`) is differentiated
layer by layer, once autograd has agreed with those parts: in the loss over all samples, and in
the gradient and one product of the Hessian with a random vector over some of them.  The Hessian
itself is checked against one product found by another way.  Where anything differs, and for
every other callable, autograd does it all.  The answer is the same to rounding.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from reference import propagation
from reference.autodiff_hessian import Loss, differentiate, evaluate
from reference.mlp_hessian import mlp_hessian
from reference.mlp_hessian_torch import mlp_hessian_torch
from reference.network import Network, build
from reference.openblas import symmetric_product

if TYPE_CHECKING:
    from reference.activations import Array

AGREEMENT = 1e-9
"""Relative difference beyond which the layerwise route is not believed."""

UNSEEN = 1e-3
"""A gradient this small beside the curvature is held to an absolute bound: at a perfect fit all
of it is rounding."""

PROBED_SAMPLES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Curvature:
    """Gradient (n,) and Hessian (n, n): numpy arrays on the CPU, tensors on another device."""

    gradient: Array
    hessian: Array
    layerwise: bool


def curvature(loss: Loss, theta: Tensor, *, lower_only: bool = False) -> Curvature:
    """Differentiate `loss` twice at `theta` (n,), which is float64 and finite.

    With `lower_only` the Hessian above the diagonal may be undefined.
    Raises ValueError where the loss or the gradient is not finite.
    """
    network = network_of(loss, theta)
    if network is not None:
        found = _layerwise(network, lower_only=lower_only)
        if found is not None:
            return found
    graph = differentiate(loss, theta, measured=True)
    g, H = graph.gradient.detach(), graph.hessian()
    if theta.device.type == "cpu":
        return Curvature(g.numpy(), H.numpy(), layerwise=False)
    return Curvature(g, H, layerwise=False)


def _layerwise(network: Network, *, lower_only: bool) -> Curvature | None:
    """Differentiate layer by layer; None if the Hessian fails its check."""
    probe = np.random.default_rng(network.size).standard_normal(network.size)
    if isinstance(network.X, np.ndarray):
        exact = mlp_hessian(network, lower_only=lower_only, probe=probe)
        agrees = _close(symmetric_product(exact.hessian, probe), exact.product)
        return Curvature(exact.gradient, exact.hessian, layerwise=True) if agrees else None
    v = torch.from_numpy(probe).to(network.X.device)
    found = mlp_hessian_torch(network, probe=v)
    agrees = _close(found.hessian @ v, found.product)
    return Curvature(found.gradient, found.hessian, layerwise=True) if agrees else None


def network_of(loss: Loss, theta: Tensor) -> Network | None:
    """Return the network that `loss` is of, if it shows its parts and they prove true.

    Its arrays are numpy's on the CPU and tensors elsewhere.
    Raises ValueError where the loss is not finite.
    """
    network = _described(loss, theta)
    if network is None:
        return None
    few, small = _thinned(loss, network)
    if small is not network and not _values_agree(_value(loss, theta), network):
        return None
    return network if _derivatives_agree(few, theta, small) else None


def _derivatives_agree(loss: Loss, theta: Tensor, network: Network) -> bool:
    """Compare loss, gradient and one product of the Hessian with autograd's."""
    graph = differentiate(loss, theta)
    if not _values_agree(float(graph.value), network):
        return False
    probe = np.random.default_rng(len(theta)).standard_normal(len(theta))
    v = torch.from_numpy(probe).to(theta.device)
    sweep = propagation.propagate(network)
    mine = probe if isinstance(network.X, np.ndarray) else v
    product = propagation.hessian_product(network, sweep, mine)
    if not _close(product, _like(graph.product(v), mine)):
        return False
    rounding = UNSEEN * float(abs(product).max())
    gradient = propagation.gradient(network, sweep)
    return _close(gradient, _like(graph.gradient.detach(), mine), rounding)


def _described(loss: Loss, theta: Tensor) -> Network | None:
    """Read the parts that `loss` shows, converted to theta's device and to float64."""
    try:
        parts: Any = loss
        X, y = _array(parts.X, theta), _array(parts.y, theta)
        if y.ndim == 1 and y.dtype == theta.dtype:
            y = y[:, None]
        convert = _like_numpy if theta.device.type == "cpu" else _itself
        widths = [int(width) for width in parts.widths]
        return build(convert(theta), widths, str(parts.activation), convert(X), convert(y))
    except (AttributeError, TypeError, ValueError):
        return None


def _array(values: object, theta: Tensor) -> Tensor:
    tensor = torch.as_tensor(values).detach().to(theta.device)
    return tensor.to(theta.dtype) if tensor.is_floating_point() else tensor


def _itself(tensor: Tensor) -> Tensor:
    return tensor


def _like_numpy(tensor: Tensor) -> Array:
    return np.ascontiguousarray(tensor.numpy())


def _like(tensor: Tensor, other: Array) -> Array:
    return tensor.numpy() if isinstance(other, np.ndarray) else tensor


def _value(loss: Loss, theta: Tensor) -> float:
    with torch.no_grad():
        value = float(evaluate(loss, theta, track=False))
    if not np.isfinite(value):
        raise ValueError(f"the loss is {value} at this theta")
    return value


def _values_agree(theirs: float, network: Network) -> bool:
    ours = float(propagation.outputs_loss(network))
    size = 1.0 if network.classifies else float((network.y * network.y).mean())
    return abs(ours - theirs) <= AGREEMENT * (abs(theirs) + size)


def _thinned(loss: Loss, network: Network) -> tuple[Loss, Network]:
    """Return the same loss on a few samples, where it is a dataclass of its parts."""
    step = -(-network.samples // PROBED_SAMPLES)
    if step == 1 or not dataclasses.is_dataclass(loss):
        return loss, network
    parts: Any = loss
    few: Loss = dataclasses.replace(parts, X=parts.X[::step], y=parts.y[::step])
    X, y = network.X[::step], network.y[::step]
    return few, dataclasses.replace(network, X=X, y=y, samples=len(X))


def _close(got: Array, expected: Array, least: float = 0.0) -> bool:
    largest = max(float(abs(got).max()), float(abs(expected).max()), least)
    return float(abs(got - expected).max()) <= AGREEMENT * largest
