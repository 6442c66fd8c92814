"""Pictures of the calls in which a submission was wrong, with the right answer, for the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference.filter_pictures import matrix_figure, pooling_figure, sliding_figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure


def draw(export: str, arguments: tuple[object, ...]) -> Iterator[tuple[str, Figure]]:
    """Draw an image, a filter and their convolution; a matrix; an image and its largest values."""
    match export, arguments:
        case "conv2d", (x, w):
            yield "The first channel, and the first filter's convolution.", sliding_figure(x, w)
        case "conv2d_matrix", (w, shape):
            figure = matrix_figure(w, shape)
            yield "The matrix: each colour is one weight, white is missing.", figure
        case "pool2d", (x, k):
            yield "The windows, and the largest value of each.", pooling_figure(x, k)
