"""Inputs for homework 3, drawn so that the answer comes first or is a sum of whole numbers.

What is convolved is a whole number of thousandths; its answer, of millionths, is added up exactly
and divided once. Computed in float64 in any order it is off by less than 1e-13 of the sum of its
terms' sizes, of which the checks allow 1e-12. One number in 125 is exact in binary, so that single
precision shows. A counterexample shrinks to one point, and to filters that count 1, 2, 3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor

UNIT: Final = 1000
"""Grains in 1: a thousandth each."""


def tensor(grains: NDArray[np.int64], factors: int = 1) -> Tensor:
    """Make numbers of products of so many numbers of grains."""
    return torch.from_numpy(grains / UNIT**factors)


@dataclass(frozen=True, eq=False)
class Sliding:
    """Images `x (n, C, H, W)` and filters `w (F, C, k, l)` in grains, with what comes of them."""

    x: NDArray[np.int64]
    w: NDArray[np.int64]

    @property
    def arguments(self) -> tuple[Tensor, Tensor]:
        """Images and filters, as `conv2d` takes them."""
        return tensor(self.x), tensor(self.w)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one image, as `conv2d_matrix` takes it."""
        return self.x.shape[1:]

    @property
    def answer(self) -> Tensor:
        """The convolution, each entry rounded once."""
        return tensor(slide(self.x, self.w), 2)

    @property
    def slack(self) -> float:
        """How far off an entry may be."""
        return 1e-12 * float(slide(np.abs(self.x), np.abs(self.w)).max()) / UNIT**2


def slide(x: NDArray[np.int64], w: NDArray[np.int64]) -> NDArray[np.int64]:
    """Convolve whole numbers by the definition; where a filter does not fit nothing comes out."""
    rows, columns = (max(0, a - b + 1) for a, b in zip(x.shape[2:], w.shape[2:], strict=True))
    return sum(
        np.einsum("ncij,fc->nfij", x[:, :, a : a + rows, b : b + columns], w[:, :, a, b])
        for a, b in np.ndindex(w.shape[2:])
    )


def slide_back(y: NDArray[np.int64], w: NDArray[np.int64]) -> NDArray[np.int64]:
    """Apply the transposed matrix: turned filters slide over y with room around it."""
    return slide(with_room(y, w), turned(w))


def with_room(y: NDArray[Any], w: NDArray[Any]) -> NDArray[Any]:
    """Put zeros around y, one fewer on each side than the filters are wide."""
    return np.pad(y, ((0, 0), (0, 0), *((size - 1, size - 1) for size in w.shape[2:])))


def turned(w: NDArray[Any]) -> NDArray[Any]:
    """Turn each filter by half a circle, and let channels and filters trade places."""
    return w[:, :, ::-1, ::-1].swapaxes(0, 1).copy()


@st.composite
def grains(draw: Callable[..., Any], shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Draw one point with a value, all else zero; or thousandths between -3 and 3 everywhere."""
    if draw(st.booleans()):
        rng = np.random.default_rng(draw(st.integers(0, 2**32)))
        return rng.integers(-3 * UNIT, 3 * UNIT, shape, endpoint=True)
    found = np.zeros(shape, np.int64)
    place = tuple(draw(st.integers(0, size - 1)) for size in shape)
    found[place] = draw(st.sampled_from((UNIT, -UNIT, 1237)))
    return found


@st.composite
def dense(draw: Callable[..., Any], shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Count 1, 2, 3, …, 9, 1, …; or draw thousandths between 0.001 and 3 of either sign."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    if draw(st.integers(0, 3)) == 0:
        return (np.arange(np.prod(shape)) % 9 + 1).reshape(shape) * UNIT
    return rng.integers(1, 3 * UNIT, shape, endpoint=True) * rng.choice((-1, 1), shape)


def sizes(most: int = 3) -> st.SearchStrategy[int]:
    """Draw how many channels, filters, images, or pixels of a filter's side there are."""
    return st.integers(1, most)


@st.composite
def filters(draw: Callable[..., Any], channels: int | None = None) -> NDArray[np.int64]:
    """Draw filters without zeros, of any two sides."""
    return draw(dense((draw(sizes()), channels or draw(sizes()), draw(sizes()), draw(sizes()))))


@st.composite
def slidings(draw: Callable[..., Any], images: int = 2) -> Sliding:
    """Draw filters, and images that are as large or up to four pixels larger either way."""
    w = draw(filters())
    height, width = (size + draw(st.integers(0, 4)) for size in w.shape[2:])
    return Sliding(draw(grains((draw(sizes(images)), w.shape[1], height, width))), w)


@st.composite
def moves(draw: Callable[..., Any]) -> tuple[Sliding, Sliding]:
    """Draw a patch, and two places in an empty image at which all windows see it whole."""
    w = draw(filters())
    seen = with_room(draw(dense((1, w.shape[1], draw(sizes(2)), draw(sizes(2))))), w)
    rows, columns = (draw(st.tuples(st.integers(0, 3), st.integers(0, 3))) for _ in range(2))
    ends = (rows, columns), (rows[::-1], columns[::-1])
    first, second = (Sliding(np.pad(seen, ((0, 0), (0, 0), *end)), w) for end in ends)
    return first, second


@st.composite
def pairs(draw: Callable[..., Any]) -> tuple[Sliding, NDArray[np.int64]]:
    """Draw images and filters, and other filters that take what these give."""
    first = draw(filters())
    second = draw(filters(channels=len(first)))
    sides = zip(first.shape[2:], second.shape[2:], strict=True)
    height, width = (a + b - 1 + draw(st.integers(0, 2)) for a, b in sides)
    return Sliding(draw(dense((1, first.shape[1], height, width))), first), second


@st.composite
def poolings(draw: Callable[..., Any]) -> tuple[int, Tensor, list[Tensor]]:
    """Draw k and the largest values, then two images around them; what is left over is larger."""
    k = draw(sizes())
    shape = draw(sizes(2)), draw(sizes(2)), draw(sizes()), draw(sizes())
    answer = draw(grains(shape) | dense(shape)) - draw(st.sampled_from((0, 4 * UNIT)))
    over, number = [draw(st.integers(0, k - 1)) for _ in range(2)], draw(st.integers(0, 2**32))
    return k, tensor(answer), [tensor(spread(answer, k, over, [number, i])) for i in range(2)]


def spread(answer: NDArray[Any], k: int, over: list[int], seed: list[int]) -> NDArray[Any]:
    """Put each value somewhere into a window of smaller ones, and a larger rim beyond them."""
    rng = np.random.default_rng(seed)
    below = rng.integers(1, 3 * UNIT, (*answer.shape, k * k))
    np.put_along_axis(below, rng.integers(0, k * k, (*answer.shape, 1)), 0, -1)
    windows = (answer[..., None] - below).reshape(*answer.shape, k, k).swapaxes(3, 4)
    rows, columns = k * answer.shape[2], k * answer.shape[3]
    whole = windows.reshape(*answer.shape[:2], rows, columns)
    rim = ((0, 0), (0, 0), (0, over[0]), (0, over[1]))
    return np.pad(whole, rim, constant_values=16 * UNIT)


@st.composite
def descriptions(draw: Callable[..., Any], *, shared: bool = True) -> tuple[list[Any], int]:
    """Draw layers one after another, and add up what each of them has."""
    channels, height, width = draw(sizes()), draw(st.integers(4, 20)), draw(st.integers(4, 20))
    layers, total = [{"layer": "input", "shape": (channels, height, width)}], 0
    for count in draw(st.lists(st.integers(0, 12), max_size=3)):
        size = draw(st.integers(1, min(height, width, 5)))
        if not count:
            layers.append({"layer": "pool", "size": size})
            height, width = height // size, width // size
            continue
        told = draw(said(bias=st.booleans(), shared=st.sampled_from([True, shared])))
        height, width = height - size + 1, width - size + 1
        layers.append({"layer": "conv", "filters": count, "size": size, **told})
        places = 1 if told.get("shared", True) else height * width
        total += count * places * (channels * size * size + told.get("bias", True))
        channels = count
    inputs = channels * height * width
    for units in draw(st.lists(st.integers(1, 40), max_size=2)):
        told = draw(said(bias=st.booleans()))
        layers.append({"layer": "linear", "units": units, **told})
        total, inputs = total + units * (inputs + told.get("bias", True)), units
    return layers, total


def said(**parts: st.SearchStrategy[bool]) -> st.SearchStrategy[dict[str, bool]]:
    """Draw what a description says of a layer: some of these parts, or none."""
    return st.fixed_dictionaries({}, optional=parts)
