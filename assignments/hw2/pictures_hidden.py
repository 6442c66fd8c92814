"""Pictures of the points at which a submission was wrong, for the report.

They show what the reference knows of a point, and so are drawn where the reference is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from reference.critical_points import hessian
from reference.landscape import contour_figure, path_figure, slice_figure, spectrum_figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure
    from torch import Tensor

LARGEST = 400  # parameters: what is larger takes more than a second to draw


def draw(export: str, arguments: tuple[object, ...]) -> Iterator[tuple[str, Figure]]:
    """Draw the spectrum of a matrix or the loss around a point; nothing where one is not finite."""
    match export, arguments:
        case "classify", (g, H) if torch.as_tensor(g).isfinite().all():
            yield from draw_matrix(torch.as_tensor(H))
        case "escape_direction" | "minimum_ratio", (H,):
            yield from draw_matrix(torch.as_tensor(H))
        case "taylor", (loss, start, end):
            yield from draw_path(loss, torch.as_tensor(start), torch.as_tensor(end))
        case "gradient" | "hessian" | "analyze", (loss, theta, *_):
            yield from draw_point(loss, torch.as_tensor(theta))


def draw_matrix(H: Tensor) -> Iterator[tuple[str, Figure]]:
    """Draw the eigenvalues of one Hessian."""
    if H.isfinite().all() and len(H) <= LARGEST:
        yield "The eigenvalues of H, and the band that counts as zero.", spectrum_figure(H)


def draw_path(loss: object, start: Tensor, end: Tensor) -> Iterator[tuple[str, Figure]]:
    """Draw the loss on the way between the two points of an expansion, beside that."""
    if not (start.isfinite().all() and end.isfinite().all()) or start.numel() > LARGEST:
        return
    H = hessian(loss, start)
    if not (H.isfinite().all() and loss(start).isfinite() and loss(end).isfinite()):
        return
    caption = "The loss on the way from theta0 to theta; dotted: its second-order expansion."
    yield caption, path_figure(loss, start, end, H)


def draw_point(loss: object, theta: Tensor) -> Iterator[tuple[str, Figure]]:
    """Draw the loss around one point, along or over its extreme eigenvectors, and its spectrum."""
    if not theta.isfinite().all() or theta.numel() > LARGEST or not loss(theta).isfinite():
        return
    H = hessian(loss, theta)
    if not H.isfinite().all():
        return
    if len(H) > 1:
        caption = "The loss around theta, over the plane of its extreme eigenvectors."
        yield caption, contour_figure(loss, theta, H)
    else:
        caption = "The loss around theta; dotted: its second-order expansion."
        yield caption, slice_figure(loss, theta, H)
    yield from draw_matrix(H)
