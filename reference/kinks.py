"""Where a ReLU network is not twice differentiable: pre-activations within rounding of zero.

At such a point the "Hessian" is that of one of the smooth pieces that meet there; a step of
1e-7 can change its entries by tenths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference.activations import ACTIVATIONS

if TYPE_CHECKING:
    from reference.network import Network

ROUNDING = 1e-13
"""A pre-activation this small beside the terms it is the sum of may as well be zero."""


def count_kinks(network: Network) -> int:
    """Count (sample, unit) pairs of a ReLU network whose pre-activation is rounding noise.

    Each is compared with sum_i |w_i a_i| + |b|.  Units whose every term is zero count too.
    """
    if network.activation != "relu":
        return 0
    a, count = network.X, 0
    for W, b in zip(network.weights[:-1], network.biases[:-1], strict=True):
        z = a @ W.T + b
        terms = abs(a) @ abs(W).T + abs(b)
        count += int((abs(z) <= ROUNDING * terms).sum())
        a = ACTIVATIONS["relu"](z).value
    return count
