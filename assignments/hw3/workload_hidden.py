"""What `conv2d_matrix` is timed on: raced on images of about 256 pixels, its growth over SIDES.

Every question has filters, and in a race a height and a width, of its own; its matrix has about as
many entries as any other, so that a lap of few questions costs what another costs. Every entry of
every answer is compared, bit by bit: a weight is copied, and never computed.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from grader import Workload, as_tensor, assert_close

FILTERS, CHANNELS, SIDE, SIZE = 6, 2, 16, 5
HEIGHTS = range(10, 27)  # of images whose widths make up for it
SIDES = {144: 12, 324: 18, 576: 24}  # pixels of a square image, with its side


def matrices() -> Workload:
    """Ask for the matrices of drawn filters."""
    return Workload(draw, check)


def matrices_of_size() -> Workload:
    """Ask the same for square images of so many pixels, of SIDES."""
    return Workload(lambda rng, pixels: draw(rng, (SIDES[pixels],) * 2), check)


def draw(rng: np.random.Generator, sides: tuple[int, ...] = ()) -> tuple[Tensor, tuple[int, ...]]:
    """Draw filters, and the shape of an image."""
    w = torch.from_numpy(rng.standard_normal((FILTERS, CHANNELS, SIZE, SIZE)))
    return w, (CHANNELS, *(sides or SHAPES[rng.integers(len(SHAPES))]))


def entries(height: int, width: int) -> int:
    """How many entries the matrix has for each filter and channel."""
    return height * width * (height - SIZE + 1) * (width - SIZE + 1)


def beside(height: int) -> int:
    """Return the width that leaves the matrix nearest to the size it has at SIDE by SIDE."""
    return min(range(SIZE, 4 * SIDE), key=lambda w: abs(entries(height, w) - entries(SIDE, SIDE)))


SHAPES = [(height, beside(height)) for height in HEIGHTS]


def check(arguments: Sequence[object], answer: object, expected: object) -> None:
    """Hold each entry to the reference's, and the reference's own to torch's convolution."""
    w, (channels, height, width) = arguments
    places = (height - SIZE + 1) * (width - SIZE + 1)
    size = len(w) * places, channels * height * width
    M = as_tensor(answer, size)
    assert_close(M, as_tensor(expected, size), rtol=0, atol=0, what="matrix")
    if answer is expected:
        x = torch.linspace(-1, 1, size[1], dtype=torch.float64)
        image = x.reshape(1, channels, height, width)
        truth = torch.nn.functional.conv2d(image, w.cpu()).flatten()
        assert_close(M @ x, truth, rtol=0, atol=1e-11, what="M x")
