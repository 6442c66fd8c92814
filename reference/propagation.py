"""One pass forward and one back through a network, with all that second derivatives need.

Per sample s and layer l (from 0): z_l = W_l a_l + b_l, a_{l+1} = sigma(z_l), delta_l = dL/dz_l.
Sums over samples are left unscaled; `Network.scale` is applied once, at the end.
Source: C. Bishop, "Exact calculation of the Hessian matrix for the multilayer perceptron",
Neural Computation 4 (1992); B. Pearlmutter, "Fast exact multiplication by the Hessian" (1994).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reference.activations import ACTIVATIONS, Array, namespace

if TYPE_CHECKING:
    from reference.network import Network


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass leaves behind; entry l belongs to layer l, arrays are (samples, width)."""

    inputs: tuple[Array, ...]
    """a_l: what layer l sees."""
    slopes: tuple[Array, ...]
    """sigma'(z_l), for all layers but the last."""
    bends: tuple[Array | None, ...]
    """sigma''(z_l) * (W_{l+1}^T delta_{l+1}), or None where it is zero everywhere."""
    deltas: tuple[Array, ...]
    probabilities: Array | None
    """Softmax of the outputs, for cross-entropy."""
    loss: Array
    """Sum over samples: times scale (and ½ for squared error) it is the loss."""


def propagate(network: Network) -> Pass:
    """Run `network` forward and back on all its samples."""
    inputs, slopes, curvatures = [network.X], [], []
    bend = ACTIVATIONS[network.activation]
    last = len(network.layers) - 1
    for layer in range(last):
        z = inputs[-1] @ network.weights[layer].T
        z += network.biases[layer]
        at = bend(z)
        inputs.append(at.value)
        slopes.append(at.slope)
        curvatures.append(at.curvature)
    z = inputs[-1] @ network.weights[last].T + network.biases[last]
    loss, delta, probabilities = _output(network, z)
    deltas: list[Array] = [delta]
    bends: list[Array | None] = []
    for layer in range(last - 1, -1, -1):
        back = deltas[0] @ network.weights[layer + 1]
        curvature = curvatures[layer]
        bends.insert(0, None if curvature is None else back * curvature)
        deltas.insert(0, back * slopes[layer])
    return Pass(tuple(inputs), tuple(slopes), tuple(bends), tuple(deltas), probabilities, loss)


def _output(network: Network, z: Array) -> tuple[Array, Array, Array | None]:
    """Sum of the losses, its derivative by the outputs, and the softmax if there is one."""
    if not network.classifies:
        residual = z - network.y
        return (residual * residual).sum() / 2.0, residual, None
    xp = namespace(z)
    rows = xp.arange(len(z)) if xp.__name__ == "numpy" else xp.arange(len(z), device=z.device)
    top = z - xp.amax(z, 1)[:, None]
    e = xp.exp(top)
    total = e.sum(1)
    probabilities = e / total[:, None]
    delta = probabilities + 0.0
    delta[rows, network.y] -= 1.0
    return (xp.log(total) - top[rows, network.y]).sum(), delta, probabilities


def outputs_loss(network: Network) -> Array:
    """Return the loss from a pass forward alone."""
    a = network.X
    bend = ACTIVATIONS[network.activation]
    for W, b in zip(network.weights[:-1], network.biases[:-1], strict=True):
        a = bend(a @ W.T + b).value
    z = a @ network.weights[-1].T + network.biases[-1]
    return _output(network, z)[0] * network.scale


def loss(network: Network, sweep: Pass) -> Array:
    """Return the loss of the pass, scaled."""
    return sweep.loss * network.scale


def gradient(network: Network, sweep: Pass) -> Array:
    """Return the gradient (n,) of the pass, scaled."""
    xp = namespace(network.X)
    parts = []
    for a, delta in zip(sweep.inputs, sweep.deltas, strict=True):
        parts += [(delta.T @ a).reshape(-1), delta.sum(0)]
    return xp.concatenate(parts) * network.scale


def hessian_product(network: Network, sweep: Pass, v: Array) -> Array:
    """Return the Hessian times v (n,): one tangent pass forward and back, 12 N n flops."""
    xp = namespace(v)
    tangents = _tangents(network, sweep, v)
    parts: list[Array] = []
    rdelta = _output_tangent(sweep, tangents[-1][1])
    for index in range(len(network.layers) - 1, -1, -1):
        layer, W = network.layers[index], network.weights[index]
        V = v[layer.offset : layer.bias].reshape(layer.outputs, layer.inputs)
        ra = tangents[index][0]
        weight = rdelta.T @ sweep.inputs[index]
        if ra is not None:
            weight += sweep.deltas[index].T @ ra
        parts = [weight.reshape(-1), rdelta.sum(0), *parts]
        if index:
            back = (rdelta @ W + sweep.deltas[index] @ V) * sweep.slopes[index - 1]
            bend = sweep.bends[index - 1]
            rdelta = back if bend is None else back + bend * tangents[index - 1][1]
    return xp.concatenate(parts) * network.scale


def _tangents(network: Network, sweep: Pass, v: Array) -> list[tuple[Array | None, Array]]:
    """Per layer the directional derivatives of its input (None at the first) and of z."""
    found: list[tuple[Array | None, Array]] = []
    ra = None
    for index, layer in enumerate(network.layers):
        V = v[layer.offset : layer.bias].reshape(layer.outputs, layer.inputs)
        rz = sweep.inputs[index] @ V.T + v[layer.bias : layer.end]
        if ra is not None:
            rz += ra @ network.weights[index].T
        found.append((ra, rz))
        if index < len(sweep.slopes):
            ra = sweep.slopes[index] * rz
    return found


def _output_tangent(sweep: Pass, rz: Array) -> Array:
    """Differentiate the last delta: rz for squared error, (diag p - p p^T) rz for softmax."""
    p = sweep.probabilities
    if p is None:
        return rz
    weighted = p * rz
    return weighted - p * weighted.sum(1)[:, None]
