"""Pictures of the losses about which a submission was wrong, for the report."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.figure import Figure


def draw(export: str, arguments: tuple[object, ...]) -> Iterator[tuple[str, Figure]]:
    """Draw a table of depths or the losses of a training, beside the best before each."""
    match export, arguments:
        case "failing_depth", (losses,):
            caption = "The losses by depth; dotted: the least of all networks up to there."
            yield caption, draw_losses(losses, "depth", 1)
        case "early_stop", (losses, patience):
            caption = f"The losses by epoch; dotted: the best so far. The patience is {patience}."
            yield caption, draw_losses(losses, "epoch", 0)


def draw_losses(losses: Sequence[float], name: str, first: int) -> Figure:
    """Draw losses against their number, which counts from `first`, and the least so far."""
    from matplotlib.figure import Figure as Drawing  # noqa: PLC0415 - where pictures are drawn
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - likewise

    figure = Drawing(figsize=(5, 3.5), layout="constrained")
    axes = figure.subplots()
    numbers = range(first, first + len(losses))
    axes.plot(numbers, losses, "o-")
    axes.step(numbers, [*accumulate(losses, min)], ":", where="post")
    axes.set(xlabel=name, ylabel="loss")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure
