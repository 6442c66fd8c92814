"""The blocks of a network's Hessian that belong to one pair of layers, added in place.

A layer's parameters are its weights, then its biases; a bias is the weight of an input that
is always 1.  `parts` names both halves, so that each block is four rectangles of H, and each
rectangle, seen as (outputs, inputs, outputs, inputs), is filled without an intermediate.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from reference.network import Layer, Network
    from reference.openblas import FloatArray
    from reference.propagation import Pass

PANEL = 1 << 17
"""Entries of one product before it is copied into place: it should stay in the cache."""

SYMMETRIC = 1 << 15
"""Entries of a layer's block with itself from which the copying of a quarter repays."""


def parts(layer: Layer) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Weights, then biases: where they lie in theta, and which inputs of [a, 1] they meet."""
    weights = slice(layer.offset, layer.bias), slice(0, layer.inputs)
    return weights, (slice(layer.bias, layer.end), slice(layer.inputs, layer.inputs + 1))


def rectangle(H: FloatArray, rows: slice, m: Layer, columns: slice, k: Layer) -> FloatArray:
    """View a rectangle of H as (outputs of m, inputs, outputs of k, inputs)."""
    block = H[rows, columns]
    down, across = block.shape[0] // m.outputs, block.shape[1] // k.outputs
    return block.reshape(m.outputs, down, k.outputs, across)


def with_ones(a: FloatArray) -> FloatArray:
    """Append the constant input: (samples, d) to (samples, d + 1)."""
    out = np.empty((a.shape[0], a.shape[1] + 1))
    out[:, :-1] = a
    out[:, -1] = 1.0
    return out


def add_pairs(H: FloatArray, network: Network, sweep: Pass, *, accumulate: bool) -> None:
    """Store (or add) the curvature of the outputs seen through all pairs of layers l <= m.

    The loss's scale goes into G, which is small, and so into all that comes of it.
    """
    abar = [with_ones(a) for a in sweep.inputs]
    G = _output_curvature(sweep) * network.scale
    for m in range(len(network.layers) - 1, -1, -1):
        if m < len(network.layers) - 1:
            bend = sweep.bends[m]
            bend = None if bend is None else bend * network.scale
            G = _pull_back(G, network.weights[m + 1], sweep.slopes[m], bend)
        X = G
        for k in range(m, -1, -1):
            if k < m:
                X = _times(X, network.weights[k + 1])
                X *= sweep.slopes[k][:, None, :]
            layer = network.layers[m]
            if m == k and (layer.end - layer.offset) ** 2 > SYMMETRIC:
                _store_diagonal(H, layer, X, abar[m], accumulate=accumulate)
            else:
                pair = layer, network.layers[k]
                _store_pair(H, pair, X, (abar[m], abar[k]), accumulate=accumulate)


def _output_curvature(sweep: Pass) -> FloatArray:
    """Second derivative (samples, K, K) of each sample's loss by the outputs."""
    count, K = sweep.deltas[-1].shape
    p = sweep.probabilities
    if p is None:
        return np.broadcast_to(np.eye(K), (count, K, K))
    G: FloatArray = -p[:, :, None] * p[:, None, :]
    each = np.arange(K)
    G[:, each, each] += p
    return G


def _times(X: FloatArray, W: FloatArray) -> FloatArray:
    """X (samples, r, h) times W (h, d), as one product."""
    count, rows, h = X.shape
    product: FloatArray = X.reshape(count * rows, h) @ W
    return product.reshape(count, rows, W.shape[1])


def _pull_back(
    G: FloatArray, W: FloatArray, slope: FloatArray, bend: FloatArray | None
) -> FloatArray:
    """Curvature one layer down: D W^T G W D + diag(bend), shape (samples, h, h)."""
    half = _times(G, W).transpose(0, 2, 1)
    pulled = _times(np.ascontiguousarray(half), W)
    pulled *= slope[:, :, None]
    pulled *= slope[:, None, :]
    if bend is not None:
        each = np.arange(bend.shape[1])
        pulled[:, each, each] += bend
    return pulled


def _store(target: FloatArray, values: FloatArray, *, accumulate: bool) -> None:
    if accumulate:
        target += values
    else:
        target[...] = values


def _store_pair(
    H: FloatArray,
    pair: tuple[Layer, Layer],
    X: FloatArray,
    abar: tuple[FloatArray, FloatArray],
    *,
    accumulate: bool,
) -> None:
    """Store sum_s X[s,j,i] abar_m[s,q] abar_l[s,p] at [(j,q), (i,p)], panel by panel."""
    m, k = pair
    count, dm, dk = len(X), m.inputs + 1, k.inputs + 1
    Y = (abar[0][:, :, None] * abar[1][:, None, :]).reshape(count, dm * dk)
    step = max(1, PANEL // (k.outputs * dm * dk))
    for start in range(0, m.outputs, step):
        left = X[:, start : start + step].reshape(count, -1)
        product = left.T @ Y
        block = product.reshape(-1, k.outputs, dm, dk).transpose(0, 2, 1, 3)
        for rows, q in parts(m):
            for columns, p in parts(k):
                target = rectangle(H, rows, m, columns, k)[start : start + step]
                _store(target, block[:, q, :, p], accumulate=accumulate)


@lru_cache(maxsize=16)
def triangle(size: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows and columns of the lower triangle, and the place in it of every (row, column)."""
    row, column = np.tril_indices(size)
    place = np.empty((size, size), np.intp)
    place[row, column] = place[column, row] = np.arange(len(row))
    return row, column, place


def pair_products(abar: FloatArray) -> FloatArray:
    """abar[q] abar[p] for q >= p, (samples, d (d + 1) / 2)."""
    q, p, _ = triangle(abar.shape[1])
    products: FloatArray = np.take(abar, q, axis=1)
    products *= np.take(abar, p, axis=1)
    return products


def _store_diagonal(
    H: FloatArray, m: Layer, X: FloatArray, abar: FloatArray, *, accumulate: bool
) -> None:
    """Store a layer's block with itself: X and abar abar^T are symmetric, a quarter is computed."""
    h, d = m.outputs, m.inputs + 1
    j, i, _ = triangle(h)
    place = triangle(d)[2]
    left = np.take(X.reshape(len(X), h * h), j * h + i, axis=1)
    right = pair_products(abar)
    first = 0
    while first < h:
        last = first + 1
        while last < h and (last + 1 - first) * (last + 1) * d * d <= PANEL:
            last += 1
        pairs = slice(first * (first + 1) // 2, last * (last + 1) // 2)
        product = left[:, pairs].T @ right
        square = np.take(product, place, axis=1)
        _store_rows(H, m, range(first, last), square, accumulate=accumulate)
        first = last


def _store_rows(
    H: FloatArray, m: Layer, outputs: range, square: FloatArray, *, accumulate: bool
) -> None:
    """Store for each j the values `square` (i <= j, q, p) at [(j,q), (i,p)] of the triangle."""
    (weights, _), (biases, _) = parts(m)
    d = m.inputs
    ww = rectangle(H, weights, m, weights, m)
    bw = rectangle(H, biases, m, weights, m)[:, 0]
    bb = H[biases, biases]
    start = 0
    for j in outputs:
        values = square[start : start + j + 1]
        start += j + 1
        _store(ww[j, :, : j + 1], values[:, :d, :d].transpose(1, 0, 2), accumulate=accumulate)
        _store(bw[j, : j + 1], values[:, d, :d], accumulate=accumulate)
        _store(bw[:j, j], values[:j, d, :d], accumulate=accumulate)
        _store(bb[j, : j + 1], values[:, d, d], accumulate=accumulate)


def add_mixed_terms(H: FloatArray, network: Network, sweep: Pass) -> None:
    """Add what layer m's inputs owe to earlier layers: delta_m[j] (da_m[q]/dz_l[i]) abar_l[p]."""
    for m in range(1, len(network.layers)):
        slope = sweep.slopes[m - 1]
        _add_neighbour(H, network, sweep, m)
        if m > 1:
            C = slope[:, :, None] * network.weights[m - 1][None] * sweep.slopes[m - 2][:, None, :]
            for k in range(m - 2, -1, -1):
                _add_distant(H, network, sweep, (m, k), C)
                if k:
                    C = _times(C, network.weights[k])
                    C *= sweep.slopes[k - 1][:, None, :]


def _add_neighbour(H: FloatArray, network: Network, sweep: Pass, m: int) -> None:
    """Where l = m - 1: da_m/dz_l is diagonal, so only q = i has an entry."""
    later, earlier = network.layers[m], network.layers[m - 1]
    abar, slope, delta = with_ones(sweep.inputs[m - 1]), sweep.slopes[m - 1], sweep.deltas[m]
    if later.outputs < abar.shape[1]:
        values = (delta[:, :, None] * slope[:, None, :]).reshape(len(abar), -1).T @ abar
    else:
        values = delta.T @ (slope[:, :, None] * abar[:, None, :]).reshape(len(abar), -1)
    values = values.reshape(later.outputs, earlier.outputs, -1) * network.scale
    rows = parts(later)[0][0]
    for columns, p in parts(earlier):
        target = np.einsum("jqqp->jqp", rectangle(H, rows, later, columns, earlier))
        target += values[:, :, p]


def _add_distant(
    H: FloatArray, network: Network, sweep: Pass, pair: tuple[int, int], C: FloatArray
) -> None:
    """Where l < m - 1: C (samples, inputs of m, outputs of l) is full."""
    later, earlier = network.layers[pair[0]], network.layers[pair[1]]
    delta, abar = sweep.deltas[pair[0]], with_ones(sweep.inputs[pair[1]])
    right = C.reshape(len(C), -1)
    rows = parts(later)[0][0]
    step = max(1, PANEL // (abar.shape[1] * right.shape[1]))
    for start in range(0, later.outputs, step):
        left = (delta[:, start : start + step, None] * abar[:, None, :]).reshape(len(C), -1)
        product = (left.T @ right) * network.scale
        values = product.reshape(-1, abar.shape[1], later.inputs, earlier.outputs)
        for columns, p in parts(earlier):
            target = rectangle(H, rows, later, columns, earlier)[start : start + step]
            target += values[:, p].transpose(0, 2, 3, 1)
