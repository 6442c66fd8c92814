"""Pictures of a point: the loss along its extreme eigenvectors, and its spectrum.

The directions are true eigenvectors of the exact Hessian, not filtered or random ones.
Each function returns a matplotlib figure; matplotlib is imported when one is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from reference.arguments import square, vector
from reference.critical_points import gradient

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor

    from reference.autodiff_hessian import Loss
    from reference.openblas import FloatArray

TOLERANCE = 1e-8
"""Part of the largest |eigenvalue| within which an eigenvalue counts as zero."""

_DOTTED = "Dotted: the second-order expansion"

MANY = 50
"""More eigenvalues than these are drawn as small dots."""


def extreme_directions(hessian: Tensor) -> tuple[FloatArray, Tensor]:
    """Return the smallest and the largest eigenvalue (2,) and their unit vectors (2, n)."""
    values, vectors = torch.linalg.eigh(square(hessian, "hessian"))
    ends = [0, -1]
    return values[ends].cpu().numpy(), vectors[:, ends].T


def losses_along(loss: Loss, theta: Tensor, direction: Tensor, steps: FloatArray) -> FloatArray:
    """Evaluate the loss at theta + step * direction for each of `steps` (k,)."""
    with torch.no_grad():
        return np.array([float(loss(theta + float(step) * direction)) for step in steps])


def expansion_along(
    loss: Loss, theta: Tensor, hessian: Tensor, direction: Tensor, steps: FloatArray
) -> FloatArray:
    """Evaluate the second-order expansion at theta, with its slope, at theta + step * direction."""
    slope, bend = gradient(loss, theta) @ direction, direction @ hessian @ direction
    start = float(losses_along(loss, theta, direction, np.zeros(1))[0])
    return start + float(slope) * steps + float(bend) * steps**2 / 2


def losses_over(loss: Loss, theta: Tensor, plane: Tensor, steps: FloatArray) -> FloatArray:
    """Evaluate the loss at theta + a plane[0] + b plane[1]: entry [b, a] for steps a and b."""
    rows = [losses_along(loss, theta + float(b) * plane[1], plane[0], steps) for b in steps]
    return np.array(rows)


def slice_figure(
    loss: Loss, theta: Tensor, hessian: Tensor, *, reach: float = 1.0, points: int = 101
) -> Figure:
    """Draw the loss along both extreme eigenvectors, or the only one, beside its expansion."""
    point = vector(theta, "theta")
    values, directions = extreme_directions(hessian)
    steps = np.linspace(-reach, reach, points)
    figure = _figure()
    axes = figure.subplots()
    for value, direction in [*zip(values, directions, strict=True)][: len(point)]:
        label = f"eigenvalue {value:.3g}"
        (line,) = axes.plot(steps, losses_along(loss, point, direction, steps), label=label)
        expansion = expansion_along(loss, point, hessian, direction, steps)
        axes.plot(steps, expansion, ":", color=line.get_color())
    axes.set(xlabel="step along the eigenvector", ylabel="loss", title=_DOTTED)
    axes.legend()
    return figure


def path_figure(
    loss: Loss, start: Tensor, end: Tensor, hessian: Tensor, *, points: int = 101
) -> Figure:
    """Draw the loss on the straight way from `start` to `end`, beside its expansion at `start`.

    The way's length is 1, and both ends are marked; what was asked for is the dotted line's end.
    """
    point = vector(start, "start")
    way, steps = vector(end, "end") - point, np.linspace(0.0, 1.0, points)
    figure = _figure()
    axes = figure.subplots()
    (line,) = axes.plot(steps, losses_along(loss, point, way, steps), label="the loss")
    expansion = expansion_along(loss, point, hessian, way, steps)
    axes.plot(steps, expansion, ":", color=line.get_color(), label="its expansion")
    axes.plot(steps[[0, -1]], expansion[[0, -1]], "k.", label="theta0, theta")
    axes.set(xlabel="part of the way from theta0 to theta", ylabel="loss", title=_DOTTED)
    axes.legend()
    return figure


def contour_figure(
    loss: Loss, theta: Tensor, hessian: Tensor, *, reach: float = 1.0, points: int = 41
) -> Figure:
    """Draw the loss over the plane of the two extreme eigenvectors."""
    point = vector(theta, "theta")
    values, plane = extreme_directions(hessian)
    steps = np.linspace(-reach, reach, points)
    figure = _figure()
    axes = figure.subplots()
    drawn = axes.contourf(steps, steps, losses_over(loss, point, plane, steps), levels=30)
    figure.colorbar(drawn, label="loss")
    axes.plot(0, 0, "w+")
    axes.set(
        xlabel=f"eigenvector of {values[0]:.3g}",
        ylabel=f"eigenvector of {values[1]:.3g}",
        aspect="equal",
    )
    return figure


def spectrum_figure(hessian: Tensor, *, tolerance: float = TOLERANCE) -> Figure:
    """Draw all eigenvalues on a symmetric log axis, with the band that counts as zero."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - only pictures need it

    values = torch.linalg.eigvalsh(square(hessian, "hessian")).cpu().numpy()
    band = tolerance * float(np.abs(values).max()) or 1.0
    figure = _figure()
    axes = figure.subplots()
    axes.plot(values, "." if len(values) > MANY else "o")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.axhspan(-band, band, alpha=0.3, label=f"zero: within {band:.2g}")
    axes.set_yscale("symlog", linthresh=10.0 ** np.ceil(np.log10(band)))
    axes.set(xlabel="eigenvalue, in order", ylabel="size")
    axes.legend()
    return figure


def _figure() -> Figure:
    """Make a figure that belongs to no window and no global state."""
    from matplotlib.figure import Figure as Drawing  # noqa: PLC0415 - only pictures need it

    return Drawing(figsize=(5, 4), layout="constrained")
