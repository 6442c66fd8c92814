"""What `conv2d_matrix` is timed on: raced on images of about 144 pixels, its growth over SIDES.

Every question has filters, and in a race a shape, of its own. All matrices of a race have about as
many entries, so that a lap of few questions costs what another costs. Every entry of every answer
is compared, bit by bit: a weight is copied, and never computed.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from grader import Workload, as_tensor, assert_close

FILTERS, CHANNELS, SIDE, SIZE = 6, 2, 12, 5
KERNELS = (SIZE, SIZE), (SIZE - 1, SIZE + 1), (SIZE + 1, SIZE - 1)
HEIGHTS = range(8, 20)  # of images whose widths make up for it
SIDES = {144: 12, 324: 18, 576: 24}  # pixels of a square image, with its side

Question = tuple[Tensor, tuple[int, int, int]]


def matrices() -> Workload:
    """Ask for the matrices of drawn filters."""
    return Workload(draw, check)


def matrices_of_size() -> Workload:
    """Ask the same for square images of so many pixels, of SIDES."""
    return Workload(lambda rng, pixels: ask(rng, (SIZE, SIZE), (SIDES[pixels],) * 2), check)


def draw(rng: np.random.Generator) -> Question:
    """Draw filters, and the shape of an image."""
    kernel, height = KERNELS[rng.integers(len(KERNELS))], int(rng.choice(HEIGHTS))
    return ask(rng, kernel, (height, WIDTHS[kernel, height]))


def ask(rng: np.random.Generator, kernel: tuple[int, int], sides: tuple[int, int]) -> Question:
    """Draw filters for an image of a shape."""
    w = torch.from_numpy(rng.standard_normal((FILTERS, CHANNELS, *kernel)))
    return w, (CHANNELS, *sides)


def entries(kernel: tuple[int, int], height: int, width: int) -> int:
    """How many entries a matrix has for each filter and channel."""
    return height * width * (height - kernel[0] + 1) * (width - kernel[1] + 1)


def width_beside(kernel: tuple[int, int], height: int) -> int:
    """Return the width with which a matrix is nearest to that of SIDE by SIDE."""
    wanted = entries((SIZE, SIZE), SIDE, SIDE)
    widths = range(kernel[1], 4 * SIDE)
    return min(widths, key=lambda width: abs(entries(kernel, height, width) - wanted))


WIDTHS = {
    (kernel, height): width_beside(kernel, height) for kernel in KERNELS for height in HEIGHTS
}


def check(arguments: Sequence[object], answer: object, expected: object) -> None:
    """Hold each entry to the reference's, and the reference's own to torch's convolution."""
    w, (channels, height, width) = arguments
    tall, wide = w.shape[2:]
    size = len(w) * (height - tall + 1) * (width - wide + 1), channels * height * width
    M = as_tensor(answer, size)
    assert_close(M, as_tensor(expected, size), rtol=0, atol=0, what="matrix")
    if answer is expected:
        x = torch.linspace(-1, 1, size[1], dtype=torch.float64)
        image = x.reshape(1, channels, height, width)
        truth = torch.nn.functional.conv2d(image, w.cpu()).flatten()
        assert_close(M @ x, truth, rtol=0, atol=1e-11, what="M x")
