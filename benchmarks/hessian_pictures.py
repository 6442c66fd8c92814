"""The pictures of the homework's handout: a saddle seen along its eigenvectors, and a spectrum.

    python -m benchmarks.hessian_pictures [--write]

Without --write it says what it would draw. The points are those of
`benchmarks.hessian_named_points`; the directions are eigenvectors of the exact Hessian.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from benchmarks.hessian_named_points import PICTURES, course_network, stuck
from reference.critical_points import hessian
from reference.landscape import contour_figure, slice_figure, spectrum_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = Path(__file__).parents[1] / "assignments" / "hw2"
DOTS_PER_INCH = 80


def plane() -> "Figure":
    """Draw the loss over the plane of both extreme eigenvectors of the stuck 2-6-4-1 network."""
    loss, theta = stuck((2, 6, 4, 1), 40)
    return contour_figure(loss, theta, hessian(loss, theta), reach=1.5)


def slices() -> "Figure":
    """Draw the loss of the same network along each of the two eigenvectors."""
    loss, theta = stuck((2, 6, 4, 1), 40)
    return slice_figure(loss, theta, hessian(loss, theta), reach=1.5)


def spectrum() -> "Figure":
    """Draw the spectrum of the course's 1-128-1 network, trained on six samples."""
    loss, theta = course_network(seed=0)
    return spectrum_figure(hessian(loss, theta.double()))


FIGURES: dict[str, Callable[[], "Figure"]] = dict(
    zip(PICTURES, (plane, slices, spectrum), strict=True)
)


def main() -> None:
    """Draw every picture beside the handout."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name, draw in FIGURES.items():
        path = FOLDER / f"{name}.png"
        print(f"{path.name}: {(draw.__doc__ or name).splitlines()[0]}")
        if arguments.write:
            draw().savefig(
                path, dpi=DOTS_PER_INCH, bbox_inches="tight", metadata={"Software": None}
            )


if __name__ == "__main__":
    main()
