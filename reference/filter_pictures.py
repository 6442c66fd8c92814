"""Pictures of convolutions: an image, a filter and what comes of them; a matrix; a network's view.

Each function returns a matplotlib figure; matplotlib is imported when one is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from reference.convolution import conv2d, conv2d_matrix, pool2d

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from torch import Tensor, nn

COLOURS = "RdBu_r"


def sliding_figure(x: Tensor, w: Tensor) -> Figure:
    """Draw the first channel of an image `x (n, C, H, W)`, of a filter, and their convolution."""
    parts = x[0, 0], w[0, 0], conv2d(x, w)[0, 0]
    return panels(parts, ("image", "filter", "convolution"), columns=3)


def pooling_figure(x: Tensor, k: int) -> Figure:
    """Draw the first channel of an image with its windows, and the largest value of each."""
    figure = panels((x[0, 0], pool2d(x, k)[0, 0]), ("image", "largest values"), columns=2)
    height, width = x.shape[2:]
    for edge in range(0, height // k * k + 1, k):
        figure.axes[0].axhline(edge - 0.5, color="black", linewidth=1)
    for edge in range(0, width // k * k + 1, k):
        figure.axes[0].axvline(edge - 0.5, color="black", linewidth=1)
    return figure


def matrix_figure(w: Tensor, shape: Sequence[int]) -> Figure:
    """Draw the matrix that a convolution is: equal colours are one weight, white is missing."""
    return panels((conv2d_matrix(w, shape),), ("the matrix of the convolution",), columns=1)


def curves_figure(stories: dict[str, dict[str, Any]], bayes: dict[str, float]) -> Figure:
    """Draw errors by epoch `(seeds, epochs)`: median and range, one panel for each story."""
    figure = _figure(4.4 * len(stories), 3.2)
    every = figure.subplots(1, len(stories), squeeze=False)[0]
    for axes, (title, curves) in zip(every, stories.items(), strict=True):
        for name, errors in curves.items():
            table = 100 * np.asarray(errors)
            epochs = np.arange(1, table.shape[1] + 1)
            colour = "tab:orange" if name.startswith("fully") else "tab:blue"
            style = "--" if name.endswith("training") else "-"
            axes.plot(epochs, np.median(table, 0), style, color=colour, label=name)
            axes.fill_between(epochs, table.min(0), table.max(0), color=colour, alpha=0.15)
        axes.axhline(100 * bayes[title], color="black", linestyle=":", label="the best possible")
        axes.set(title=title, xlabel="epoch", ylim=(0, 75))
    figure.axes[0].set_ylabel("wrong answers, %")
    figure.axes[0].legend(fontsize=8)
    return figure


def looks(model: nn.Module, x: Tensor) -> Tensor:
    """Return what each pixel of `x (n, C, H, W)` does for the winning output, `(n, H, W)`.

    To first order: its value times the derivative of the output's lead over the others' mean.
    """
    x = x.clone().requires_grad_()
    outputs = model(x)
    lead = outputs.amax(1) - outputs.mean(1)
    (gradient,) = torch.autograd.grad(lead.sum(), x)
    return (gradient * x).sum(1).detach()


def panels(
    parts: Sequence[Tensor], titles: Sequence[str], columns: int, *, together: bool = False
) -> Figure:
    """Draw arrays in rows of so many, blue below zero and red above; `together` on one scale.

    A part without a title leaves its place empty.
    """
    rows = -(-len(parts) // columns)
    figure = _figure(2.1 * columns, 2.1 * rows)
    every = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in every:
        axes.set_axis_off()
    most = max(float(part.abs().max()) for part in parts)
    for axes, title, part in zip(every, titles, parts, strict=False):
        if title:
            _panel(axes, part, most if together else float(part.abs().max()))
            axes.set_title(title, fontsize=9)
    return figure


def _panel(axes: Axes, part: Tensor, most: float) -> None:
    most = most or 1.0
    axes.set_axis_on()
    axes.imshow(part.detach().cpu().numpy(), cmap=COLOURS, vmin=-most, vmax=most)
    axes.set(xticks=[], yticks=[])


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure  # noqa: PLC0415 - an extra

    return Figure(figsize=(width, height), layout="constrained")
