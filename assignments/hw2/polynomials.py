"""Polynomials of whole numbers, with derivatives that are exact because nothing is rounded."""

from dataclasses import dataclass
from math import prod

import torch
from hypothesis import strategies as st
from torch import Tensor

from .public.surfaces import Polynomial

Term = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Case:
    """A polynomial and two places to look at it."""

    loss: Polynomial
    at: tuple[int, ...]
    to: tuple[int, ...]

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
        """The exact gradient at theta."""
        slopes = [value(derivative(self.terms, i), self.at) for i in range(self.n)]
        return torch.tensor(slopes, dtype=torch.float64)

    @property
    def hessian(self) -> Tensor:
        """The exact Hessian at theta."""
        rows = [
            [value(derivative(derivative(self.terms, i), j), self.at) for j in range(self.n)]
            for i in range(self.n)
        ]
        return torch.tensor(rows, dtype=torch.float64)

    @property
    def taylor(self) -> float:
        """The exact second-order expansion around theta, at the other place."""
        step = self.other - self.theta
        linear, square = self.gradient @ step, step @ self.hessian @ step
        return float(value(self.terms, self.at) + linear + square / 2)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the polynomial."""
        return self.loss.terms

    @property
    def n(self) -> int:
        """Length of theta."""
        return len(self.at)


def value(terms: tuple[Term, ...], at: tuple[int, ...]) -> int:
    """Evaluate a polynomial in whole numbers."""
    return sum(c * prod(x**e for x, e in zip(at, powers, strict=True)) for c, powers in terms)


def derivative(terms: tuple[Term, ...], i: int) -> tuple[Term, ...]:
    """Differentiate a polynomial by its coordinate i."""
    return tuple(
        (c * powers[i], (*powers[:i], powers[i] - 1, *powers[i + 1 :]))
        for c, powers in terms
        if powers[i]
    )


@st.composite
def cases(draw: st.DrawFn, most: int = 3, degree: int = 3) -> Case:
    """Draw a polynomial in up to `most` coordinates, each to at most that power, and places."""
    n = draw(st.integers(1, most))
    powers = st.lists(st.integers(0, degree), min_size=n, max_size=n).map(tuple)
    term = st.tuples(st.integers(-4, 4).filter(bool), powers)
    terms = draw(st.lists(term, min_size=1, max_size=4))
    place = st.lists(st.integers(-3, 3), min_size=n, max_size=n).map(tuple)
    return Case(Polynomial(tuple(terms)), draw(place), draw(place))
