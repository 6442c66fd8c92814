"""The Hessian at one point as products with vectors, never built.

For a network a product is one tangent pass forward and back over a kept pass (12 N n flops);
for any other callable it is one walk through autograd's graph.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from reference import propagation
from reference.autodiff_hessian import Loss, differentiate
from reference.network import Network, build

if TYPE_CHECKING:
    from reference.activations import Array
    from reference.lanczos import Product


@dataclass(frozen=True, slots=True, eq=False)
class HessianProducts:
    """Gradient (n,) and v -> H v at one point; numpy on the CPU, tensors elsewhere."""

    gradient: Array
    product: Product


def hessian_products(loss: Loss, theta: Tensor, network: Network | None) -> HessianProducts:
    """Prepare products of the Hessian of `loss` at `theta` (n,), by way of `network` if given.

    `network` is that of `reference.curvature.network_of`, at this or another theta.
    Raises ValueError where the loss or the gradient is not finite.
    """
    if network is not None:
        return _of_network(_moved(network, theta))
    graph = differentiate(loss, theta)
    if theta.device.type != "cpu":
        return HessianProducts(graph.gradient.detach(), graph.product)

    def product(v: Array) -> Array:
        return graph.product(torch.from_numpy(np.ascontiguousarray(v))).numpy()

    return HessianProducts(graph.gradient.detach().numpy(), product)


def _of_network(network: Network) -> HessianProducts:
    sweep = propagation.propagate(network)

    def product(v: Array) -> Array:
        return propagation.hessian_product(network, sweep, v)

    return HessianProducts(propagation.gradient(network, sweep), product)


def _moved(network: Network, theta: Tensor) -> Network:
    """Put the same network at another theta."""
    point = theta.numpy() if isinstance(network.X, np.ndarray) else theta
    widths = [network.layers[0].inputs, *(layer.outputs for layer in network.layers)]
    at = build(point, widths, network.activation, network.X, network.y)
    return dataclasses.replace(at, samples=network.samples)
