"""The layerwise exact Hessian on a torch device, without a round trip to the host.

The formulas are those of `reference.mlp_hessian`; here every pair of layers is one large
product on the device, and nothing is read back.  Meant for CUDA; it runs on the CPU as well,
where numpy is faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import torch

from reference.propagation import Pass, gradient, hessian_product, loss, propagate

if TYPE_CHECKING:
    from torch import Tensor

    from reference.network import Layer, Network

WORKSPACE = 1 << 29
"""Bytes of per-sample work that are always allowed, however small the Hessian."""


@dataclass(frozen=True, slots=True, eq=False)
class DeviceSecondOrder:
    """Loss (), gradient (n,) and Hessian (n, n); product (n,) with the probe, if one was given."""

    loss: Tensor
    gradient: Tensor
    hessian: Tensor
    product: Tensor | None


def mlp_hessian_torch(network: Network, *, probe: Tensor | None = None) -> DeviceSecondOrder:
    """Differentiate the loss of `network` (float64 tensors of one device) twice, exactly."""
    n = network.size
    H, g = network.X.new_zeros(n, n), network.X.new_zeros(n)
    total = network.X.new_zeros(())
    along = None if probe is None else torch.zeros_like(probe)
    widest = max(max(p.outputs, p.inputs + 1) for p in network.layers)
    step = max(16, max(WORKSPACE, 8 * n * n) // (8 * (2 * n + 5 * widest**2)))
    for start in range(0, network.samples, step):
        part = network.rows(start, start + step)
        sweep = propagate(part)
        total += loss(part, sweep)
        g += gradient(part, sweep)
        if along is not None:
            along += hessian_product(part, sweep, probe)
        _add_pairs(H, part, sweep)
        _add_mixed_terms(H, part, sweep)
    H *= network.scale
    _mirror(H)
    return DeviceSecondOrder(total, g, H, along)


def _add_pairs(H: Tensor, network: Network, sweep: Pass) -> None:
    """Add the curvature of the outputs seen through every pair of layers l <= m."""
    abar = [_with_ones(a) for a in sweep.inputs]
    G = _output_curvature(sweep)
    for m in range(len(network.layers) - 1, -1, -1):
        if m < len(network.layers) - 1:
            G = _pull_back(G, network.weights[m + 1], sweep.slopes[m], sweep.bends[m])
        X = G
        for k in range(m, -1, -1):
            if k < m:
                X = (X @ network.weights[k + 1]) * sweep.slopes[k][:, None, :]
            _add_pair(H, (network.layers[m], network.layers[k]), X, (abar[m], abar[k]))


def _output_curvature(sweep: Pass) -> Tensor:
    delta: Tensor = sweep.deltas[-1]
    p = sweep.probabilities
    if p is None:
        eye = torch.eye(delta.shape[1], dtype=delta.dtype, device=delta.device)
        return eye.expand(len(delta), -1, -1)
    curvature: Tensor = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]
    return curvature


def _pull_back(G: Tensor, W: Tensor, slope: Tensor, bend: Tensor | None) -> Tensor:
    pulled = (W.T @ (G @ W)) * slope[:, :, None] * slope[:, None, :]
    return pulled if bend is None else pulled + torch.diag_embed(bend)


def _with_ones(a: Tensor) -> Tensor:
    return torch.cat([a, a.new_ones(len(a), 1)], 1)


def _add_pair(H: Tensor, pair: tuple[Layer, Layer], X: Tensor, abar: tuple[Tensor, Tensor]) -> None:
    m, k = pair
    Y = (abar[0][:, :, None] * abar[1][:, None, :]).flatten(1)
    block = (X.flatten(1).T @ Y).view(m.outputs, k.outputs, m.inputs + 1, k.inputs + 1)
    _add_block(H, pair, block.permute(0, 2, 1, 3))


def _add_block(H: Tensor, pair: tuple[Layer, Layer], block: Tensor) -> None:
    """Add (outputs of m, inputs + 1, outputs of l, inputs + 1) to the four rectangles."""
    for (rows, q), (columns, p) in product(*map(_halves, pair)):
        part = block[:, q, :, p]
        H[rows, columns].view(part.shape).add_(part)


def _halves(layer: Layer) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    weights = slice(layer.offset, layer.bias), slice(0, layer.inputs)
    return weights, (slice(layer.bias, layer.end), slice(layer.inputs, layer.inputs + 1))


def _add_mixed_terms(H: Tensor, network: Network, sweep: Pass) -> None:
    """Add what layer m's inputs owe to earlier layers: delta_m[j] (da_m[q]/dz_l[i]) abar_l[p]."""
    for m in range(1, len(network.layers)):
        C = torch.diag_embed(sweep.slopes[m - 1])
        for k in range(m - 1, -1, -1):
            if k < m - 1:
                C = (C @ network.weights[k + 1]) * sweep.slopes[k][:, None, :]
            later, earlier = network.layers[m], network.layers[k]
            abar = _with_ones(sweep.inputs[k])
            left = (sweep.deltas[m][:, :, None] * abar[:, None, :]).flatten(1)
            block = (left.T @ C.flatten(1)).view(
                later.outputs, earlier.inputs + 1, later.inputs, earlier.outputs
            )
            rows = slice(later.offset, later.bias)
            for columns, p in _halves(earlier):
                part = block[:, p].permute(0, 2, 3, 1)
                H[rows, columns].view(part.shape).add_(part)


def _mirror(H: Tensor, block: int = 2048) -> None:
    """Copy the lower triangle onto the upper one."""
    n = H.shape[0]
    for start in range(0, n, block):
        stop = min(n, start + block)
        H[start:stop, stop:] = H[stop:, start:stop].T
        corner = H[start:stop, start:stop]
        corner.copy_(corner.tril() + corner.tril(-1).T)
