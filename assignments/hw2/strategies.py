"""Hessians and gradients whose kind is known before they are built.

The eigenvalues are drawn first, most with digits that no short binary fraction has, and then turned
by a basis of whole numbers: `M diag(values) Mᵀ` with `M Mᵀ = s I` has exactly the eigenvalues
`s * values`. Its entries are added up as fractions and each is rounded once, by at most 2^-53 of
itself, which moves no eigenvalue by more than 2^-53 √n of the largest (Weyl): below n = 25 that is
less than 1e-15 of the largest, where zero ends at 1e-8. So nothing hangs on how anyone computes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from hypothesis import strategies as st
from torch import Tensor

ZERO_EIGENVALUE = 1e-8  # of the largest, by absolute value
ZERO_GRADIENT = 1e-6  # a norm; in analyze it is TOLERANCE, where no other is given
TOLERANCE = 1e-3
MARGIN, NEAR = 4, 2  # no eigenvalue, no gradient lies within this factor of its bound
LEAST, MOST_ZERO = ZERO_EIGENVALUE * MARGIN, ZERO_EIGENVALUE / MARGIN
SHARE = 2e-7  # how far a share of eigenvalues may be off: single precision is enough

KINDS = ("not critical", "minimum", "maximum", "saddle", "degenerate")
OPPOSITE = {"minimum": "maximum", "maximum": "minimum"}

SIZES = (1, 2, 3, 4, 0.5, 0.25, 8)  # of eigenvalues that are not zero and easy to read
MOST = 5


@dataclass(frozen=True, eq=False)
class Point:
    """A critical point: its Hessian, the eigenvalues that it was built from, its kind."""

    hessian: Tensor
    values: tuple[float, ...]

    @property
    def kind(self) -> str:
        """The word for the signs of the eigenvalues."""
        positive, negative = self.count(1), self.count(-1)
        if positive and negative:
            return "saddle"
        if self.count(0):
            return "degenerate"
        return "minimum" if positive else "maximum"

    @property
    def gradient(self) -> Tensor:
        """The gradient at a critical point."""
        return torch.zeros(len(self.values), dtype=torch.float64)

    @property
    def ratio(self) -> float:
        """Share of positive eigenvalues."""
        return self.count(1) / len(self.values)

    @property
    def lowest(self) -> float:
        """The smallest eigenvalue; all of the Hessian's are scaled alike."""
        return min(self.values)

    def count(self, sign: int) -> int:
        """Count eigenvalues of a sign; those within the bound of zero have sign 0."""
        bound = ZERO_EIGENVALUE * max(map(abs, self.values))
        return sum((value > bound) - (value < -bound) == sign for value in self.values)


def numbers(low: int, high: int) -> st.SearchStrategy[float]:
    """Draw whole numbers, to which counterexamples shrink, or numbers of three digits."""
    return st.integers(low, high) | thousandths(low, high)


def thousandths(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw numbers like 1.237, of which one in 125 is exact in binary, whatever the precision."""
    return st.integers(round(1000 * low), round(1000 * high)).map(lambda n: n / 1000)


def point(values: list[float], basis: Tensor) -> Point:
    """Build the Hessian with these eigenvalues, times a common factor, in a basis."""
    scale = float(basis[0] @ basis[0])
    return Point(turned(values, basis), tuple(scale * value for value in values))


def turned(values: Sequence[float], basis: Tensor) -> Tensor:
    """Compute M diag(values) Mᵀ, every entry rounded once, so that it is symmetric to the bit."""
    rows = [[Fraction(entry) for entry in row] for row in basis.tolist()]
    weighted = [[Fraction(v) * a for v, a in zip(values, row, strict=True)] for row in rows]
    products = [
        [float(sum(a * b for a, b in zip(left, right, strict=True))) for right in rows]
        for left in weighted
    ]
    return torch.tensor(products, dtype=torch.float64)


def diagonal(*values: float) -> Point:
    """Build the point whose Hessian is this diagonal."""
    return point(list(values), torch.eye(len(values), dtype=torch.float64))


def ridge(sign: int) -> Point:
    """Build the point that curves along one direction alone; four others are flat but for rounding.

    Whoever takes rounding for curvature finds both signs among the four.
    """
    v = torch.tensor([1, 2, -1, 1, 2], dtype=torch.float64)
    return point([0.0, float(sign), 0.0, 0.0, 0.0], mirror(v))


@st.composite
def bases(draw: st.DrawFn, size: int) -> Tensor:
    """Draw M of whole numbers with M Mᵀ = s I: a mirror through a drawn vector, or I."""
    v = torch.tensor(
        draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size)), dtype=torch.float64
    )
    return mirror(v) if bool(v.any()) else torch.eye(size, dtype=torch.float64)


def mirror(v: Tensor) -> Tensor:
    """Reflect along v, times vᵀv: whole numbers where v has them."""
    return (v @ v) * torch.eye(len(v), dtype=torch.float64) - 2 * torch.outer(v, v)


def sizes(least: int, most: int = MOST) -> st.SearchStrategy[list[float]]:
    """Draw sizes of eigenvalues, between 1/4 and 8."""
    size = st.sampled_from(SIZES) | thousandths(1 / 4, 8)
    return st.lists(size, min_size=least, max_size=most)


@st.composite
def points(
    draw: st.DrawFn,
    positive: tuple[int, int] = (0, 0),
    negative: tuple[int, int] = (0, 0),
    zero: tuple[int, int] = (0, 0),
) -> Point:
    """Draw a point with at least and at most so many eigenvalues of each sign."""
    up, down = draw(sizes(*positive)), draw(sizes(*negative))
    values = [*up, *(-size for size in down), *[0.0] * draw(st.integers(*zero))]
    values = draw(st.permutations(values))
    return point(values, draw(bases(len(values))))


def minima() -> st.SearchStrategy[Point]:
    """Draw minima with a Hessian of full rank."""
    return points(positive=(1, MOST))


def maxima() -> st.SearchStrategy[Point]:
    """Draw maxima with a Hessian of full rank."""
    return points(negative=(1, MOST))


def saddles() -> st.SearchStrategy[Point]:
    """Draw saddles with a Hessian of full rank."""
    return points(positive=(1, 3), negative=(1, 3))


def flat_saddles() -> st.SearchStrategy[Point]:
    """Draw saddles that have zero eigenvalues too."""
    return points(positive=(1, 2), negative=(1, 2), zero=(1, 2))


def degenerates() -> st.SearchStrategy[Point]:
    """Draw points where some eigenvalue is zero and the others, if any, share a sign."""
    return points(positive=(0, 3), zero=(1, 2)) | points(negative=(0, 3), zero=(1, 2))


def critical_points() -> st.SearchStrategy[Point]:
    """Draw points of all kinds."""
    return st.one_of(minima(), maxima(), saddles(), flat_saddles(), degenerates())


@st.composite
def steep_points(draw: st.DrawFn, smallest: float, largest: float) -> Point:
    """Draw a point with one eigenvalue of a size in that range, beside ±1 and others from 1/2 on.

    Every other has it at an end. Rounding moves none by 1e-15, 3e-8 of the least that is not zero.
    """
    small = draw(st.sampled_from((smallest, largest)) | powers(smallest, largest))
    small *= draw(st.sampled_from((1, -1)))
    sign = draw(st.sampled_from((1, -1)))
    others = draw(st.lists(st.sampled_from((1, 0.5, 0.75)) | thousandths(1 / 2, 1), max_size=4))
    values = draw(st.permutations([small, *(sign * size for size in others), sign]))
    return point(values, draw(bases(len(values))))


def powers(smallest: float, largest: float) -> st.SearchStrategy[float]:
    """Draw powers of two in that range: as many of each size."""
    ends = math.ceil(math.log2(smallest)), math.floor(math.log2(largest))
    return st.integers(*ends).map(lambda power: 2.0**power)


def narrow_points() -> st.SearchStrategy[Point]:
    """Draw points with an eigenvalue that is small, from `MARGIN` bounds on."""
    return steep_points(LEAST, 2.0**-12)


def sunk() -> Point:
    """Build the saddle [[1, 2], [2, 1]], whose diagonal is that of a minimum."""
    basis = torch.tensor([[1.0, 1.0], [1.0, -1.0]], dtype=torch.float64)
    return point([1.5, -0.5], basis)


def invisible(sign: int) -> Point:
    """Build the point whose smaller eigenvalue is lost when its Hessian is held in float32.

    All four entries are within 6e-8 of 1.25, so that they round to it whatever the sign.
    """
    basis = torch.tensor([[1.0, 1.0], [1.0, -1.0]], dtype=torch.float64)
    return point([1.25, sign * 1.25 * 3 * 2.0**-26], basis)


def blurred_points() -> st.SearchStrategy[Point]:
    """Draw points with an eigenvalue that counts as zero without being 0, up to `MOST_ZERO`."""
    return steep_points(2.0**-40, MOST_ZERO)


@st.composite
def congruent_points(draw: st.DrawFn) -> tuple[Tensor, str, int]:
    """Draw (BᵀDB, kind, number of positive eigenvalues): Sylvester's law of inertia.

    B is unit upper triangular, so it is invertible, and the signs of the diagonal D are those of
    the eigenvalues, which are otherwise nowhere to be seen. With entries of at most 2 no square of
    a singular value of B is above 28 or below 1/412, so that no eigenvalue is near zero.
    """
    signs = draw(st.lists(st.sampled_from((1, -1)), min_size=1, max_size=4))
    n = len(signs)
    B = torch.eye(n, dtype=torch.float64)
    for i, j in torch.combinations(torch.arange(n)).tolist():
        B[i, j] = draw(numbers(-1, 2))
    kind = "saddle" if len(set(signs)) == 2 else "minimum" if signs[0] > 0 else "maximum"
    return turned(signs, B.T), kind, signs.count(1)


@st.composite
def gradients(draw: st.DrawFn, smallest: float, largest: float) -> Tensor:
    """Draw a gradient with a 2-norm in that range, its ends above all, spread in some way."""
    pattern = draw(st.sampled_from(("first", "last", "cancelling", "even")))
    n = draw(st.sampled_from((4, 64) if pattern == "even" else (2, 3, 64)))
    g = torch.zeros(n, dtype=torch.float64)
    if pattern == "cancelling":
        g[0], g[-1] = 0.5**0.5, -(0.5**0.5)
    elif pattern == "even":
        g[:] = n**-0.5
    else:
        g[0 if pattern == "first" else -1] = 1
    return g * draw(st.sampled_from((smallest, largest)) | st.floats(smallest, largest))
