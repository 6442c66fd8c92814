"""The exact Hessian of a network by layerwise propagation, all off-diagonal blocks included.

With D = diag(sigma'(z)), per sample: G_m = d2L/dz_m^2, T[m<-l] = dz_m/dz_l, abar = [a, 1],
    G_{m-1} = D W^T G_m W D + diag(bend),   X[m,l] = G_m T[m<-l],
    H[(m;j,q),(l;i,p)] = sum_s X[s,j,i] abar_m[s,q] abar_l[s,p]
                       + [l<m] sum_s delta_m[s,j] (da_m[s,q]/dz_l[s,i]) abar_l[s,p].
(Bishop 1992.)  Each pair of layers costs one large matrix product; only the lower triangle is
computed.  Two savings: where no bend has to be propagated and there is one output, the first
term is a plain J^T J, added in place; on a diagonal block both X and abar abar^T are symmetric,
so a quarter of the product suffices.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from reference.layer_pairs import (
    add_mixed_terms,
    add_pairs,
    pair_products,
    parts,
    rectangle,
    triangle,
    with_ones,
)
from reference.openblas import FloatArray, add_outer
from reference.propagation import Pass, gradient, hessian_product, loss, propagate

if TYPE_CHECKING:
    from reference.network import Network

WORKSPACE = 1 << 22
"""Bytes of per-sample work that are always allowed, however small the Hessian."""

KEPT = 31 << 20
"""Bytes of a block that glibc learns to keep when it is freed; it learns nothing above 32 MiB."""

MIRRORED = 64
"""Rows that are mirrored together: their columns should stay in the cache."""

ABOVE = np.triu(np.ones((MIRRORED, MIRRORED), bool), 1)


@dataclass(frozen=True, slots=True)
class SecondOrder:
    """Loss, gradient (n,) and Hessian (n, n); product (n,) with the probe, if one was given."""

    loss: float
    gradient: FloatArray
    hessian: FloatArray
    product: FloatArray | None


def mlp_hessian(
    network: Network, *, lower_only: bool = False, probe: FloatArray | None = None
) -> SecondOrder:
    """Differentiate the loss of `network` (numpy arrays) twice, exactly.

    With `lower_only` the entries above the diagonal are left undefined.  The Hessian's product
    with `probe` (n,) is found by another way, for a check.
    """
    keep_freed_memory()
    n = network.size
    H = np.empty((n, n))
    total, g = 0.0, np.zeros(n)
    along = None if probe is None else np.zeros(n)
    step = _samples_at_once(network)
    for start in range(0, network.samples, step):
        part = network.rows(start, start + step)
        sweep = propagate(part)
        total += float(loss(part, sweep))
        g += gradient(part, sweep)
        if along is not None:
            along += hessian_product(part, sweep, probe)
        _add_part(H, part, sweep, accumulate=start > 0)
    if not lower_only:
        mirror(H)
    return SecondOrder(total, g, H, along)


@cache
def keep_freed_memory() -> None:
    """Have glibc keep memory that is freed: new pages for the work took a tenth of the time.

    To free a block that was mapped raises the size from which blocks are mapped to its own, and
    the size from which free memory is given back to twice that (mallopt(3), M_MMAP_THRESHOLD).
    The block is not touched. Other allocators take no notice.
    """
    block = np.empty(KEPT, np.uint8)
    del block


def mirror(H: FloatArray) -> None:
    """Copy the lower triangle of H (n, n) onto its upper one, block by block."""
    n = H.shape[0]
    for start in range(0, n, MIRRORED):
        stop = min(n, start + MIRRORED)
        H[start:stop, stop:] = H[stop:, start:stop].T
        corner = H[start:stop, start:stop]
        np.copyto(corner, corner.T.copy(), where=ABOVE[: stop - start, : stop - start])


def _samples_at_once(network: Network) -> int:
    """As many samples as keep the work within the size of the Hessian (or WORKSPACE)."""
    each = 16 * network.size
    if network.outputs > 1 or len(network.layers) > 2:
        each += 24 * max(max(p.outputs, p.inputs + 1) for p in network.layers) ** 2
    return max(16, max(WORKSPACE, 8 * network.size**2) // each)


def _add_part(H: FloatArray, network: Network, sweep: Pass, *, accumulate: bool) -> None:
    if _is_outer(network, sweep):
        _add_outer_part(H, network, sweep, accumulate=accumulate)
    else:
        add_pairs(H, network, sweep, accumulate=accumulate)
    add_mixed_terms(H, network, sweep)


def _is_outer(network: Network, sweep: Pass) -> bool:
    """Whether the curvature of the outputs is J^T J plus at most the last hidden layer's bend."""
    if network.outputs > 1 or network.classifies:
        return False
    return len(network.layers) <= 2 or all(bend is None for bend in sweep.bends)


def _add_outer_part(H: FloatArray, network: Network, sweep: Pass, *, accumulate: bool) -> None:
    add_outer(_jacobian(network, sweep), H, network.scale, accumulate=accumulate)
    bend = sweep.bends[0] if sweep.bends else None
    if bend is None:
        return
    abar = with_ones(sweep.inputs[0])
    products = (bend.T @ pair_products(abar)) * network.scale
    products = np.take(products, triangle(abar.shape[1])[2], axis=1)
    layer = network.layers[0]
    weights, biases = parts(layer)
    for (rows, q), (columns, p) in ((weights, weights), (biases, weights), (biases, biases)):
        target = np.einsum("jqjp->jqp", rectangle(H, rows, layer, columns, layer))
        target += products[:, q, p]


def _jacobian(network: Network, sweep: Pass) -> FloatArray:
    """Differentiate the one output by all parameters: (samples, n)."""
    count = len(sweep.deltas[0])
    J = np.empty((count, network.size))
    u = np.ones((count, 1))
    for index in range(len(network.layers) - 1, -1, -1):
        layer = network.layers[index]
        weight = J[:, layer.offset : layer.bias].reshape(count, layer.outputs, layer.inputs)
        np.multiply(u[:, :, None], sweep.inputs[index][:, None, :], out=weight)
        J[:, layer.bias : layer.end] = u
        if index:
            u = (u @ network.weights[index]) * sweep.slopes[index - 1]
    return J
