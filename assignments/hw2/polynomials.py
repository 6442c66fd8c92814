"""Polynomials with exact derivatives: added up as fractions, and rounded once, at the end."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

import torch
from hypothesis import assume
from hypothesis import strategies as st
from torch import Tensor

from .public.surfaces import Polynomial
from .strategies import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

Term = tuple[float | Fraction, tuple[int, ...]]

HESSIAN_CANCELS, REST_CANCELS = 35, 3500
"""How much smaller an answer may be than the sizes of its terms together, and than 1.

Computing one takes fewer than 64 roundings of 2^-53 of those sizes, which is then a quarter of what
the checks allow: 1e-12 of the largest entry for the Hessian, 1e-10 for the rest.
"""


@dataclass(frozen=True, eq=False)
class Case:
    """A polynomial and two places to look at it."""

    loss: Polynomial
    at: tuple[float, ...]
    to: tuple[float, ...]

    @property
    def theta(self) -> Tensor:
        """The place where derivatives are taken."""
        return torch.tensor(self.at, dtype=torch.float64)

    @property
    def other(self) -> Tensor:
        """The place where an expansion is evaluated."""
        return torch.tensor(self.to, dtype=torch.float64)

    @property
    def gradient(self) -> Tensor:
        """The gradient at theta, its entries rounded once."""
        return torch.tensor([float(slope) for slope in self._slopes()], dtype=torch.float64)

    @property
    def hessian(self) -> Tensor:
        """The Hessian at theta, its entries rounded once."""
        rows = [[float(bend) for bend in row] for row in self._bends()]
        return torch.tensor(rows, dtype=torch.float64)

    @property
    def taylor(self) -> float:
        """The second-order expansion around theta, at the other place, rounded once."""
        pairs = zip(self.at, self.to, strict=True)
        step = [Fraction(end) - Fraction(start) for start, end in pairs]
        square = dot(step, [dot(row, step) for row in self._bends()])
        return float(value(self.terms, self.at) + dot(self._slopes(), step) + square / 2)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the polynomial."""
        return self.loss.terms

    @property
    def n(self) -> int:
        """Length of theta."""
        return len(self.at)

    @property
    def sizes(self) -> Case:
        """The case in which nothing is subtracted: its answers add up the sizes of all terms."""
        terms = tuple((abs(c), powers) for c, powers in self.terms)
        pairs = zip(self.at, self.to, strict=True)
        to = tuple(abs(start) + abs(end - start) for start, end in pairs)
        return Case(Polynomial(terms), tuple(map(abs, self.at)), to)

    @property
    def settled(self) -> bool:
        """Whether rounding is far below what the checks allow."""
        sizes = self.sizes
        ends = [float(value(self.terms, place)) for place in (self.at, self.to)]
        return (
            largest(sizes.hessian) <= HESSIAN_CANCELS * largest(self.hessian)
            and largest(sizes.gradient) <= REST_CANCELS * largest(self.gradient)
            and sizes.taylor <= REST_CANCELS * max(1.0, *map(abs, (self.taylor, *ends)))
        )

    def _slopes(self) -> list[Fraction]:
        return [value(derivative(self.terms, i), self.at) for i in range(self.n)]

    def _bends(self) -> list[list[Fraction]]:
        slopes = [derivative(self.terms, i) for i in range(self.n)]
        return [[value(derivative(f, j), self.at) for j in range(self.n)] for f in slopes]


def largest(tensor: Tensor) -> float:
    """Largest entry by absolute value, and at least 1."""
    return max(1.0, float(tensor.abs().max()))


def dot(u: Sequence[Fraction], v: Sequence[Fraction]) -> Fraction:
    """Multiply two vectors."""
    return sum((a * b for a, b in zip(u, v, strict=True)), Fraction())


def value(terms: tuple[Term, ...], at: tuple[float, ...]) -> Fraction:
    """Evaluate a polynomial, with nothing rounded."""
    place = [Fraction(x) for x in at]
    products = (
        Fraction(c) * prod(x**e for x, e in zip(place, powers, strict=True)) for c, powers in terms
    )
    return sum(products, Fraction())


def derivative(terms: tuple[Term, ...], i: int) -> tuple[Term, ...]:
    """Differentiate a polynomial by its coordinate i."""
    return tuple(
        (Fraction(c) * powers[i], (*powers[:i], powers[i] - 1, *powers[i + 1 :]))
        for c, powers in terms
        if powers[i]
    )


@st.composite
def cases(draw: st.DrawFn, most: int = 3, degree: int = 3) -> Case:
    """Draw a polynomial in up to `most` coordinates, each to at most that power, and places."""
    n = draw(st.integers(1, most))
    powers = st.lists(st.integers(0, degree), min_size=n, max_size=n).map(tuple)
    term = st.tuples(numbers(-4, 4).filter(bool), powers)
    terms = draw(st.lists(term, min_size=1, max_size=4))
    place = st.lists(numbers(-3, 3), min_size=n, max_size=n).map(tuple)
    case = Case(Polynomial(tuple(terms)), draw(place), draw(place))
    assume(case.settled)
    return case
