"""Both ends of a symmetric matrix's spectrum, from products alone.

A Ritz value is the Rayleigh quotient of its Ritz vector: one below zero *proves* a direction
of negative curvature, however few steps were taken.  The converse needs the whole matrix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from reference.activations import Array, namespace

if TYPE_CHECKING:
    from reference.openblas import FloatArray

Product: TypeAlias = Callable[[Array], Array]
Enough: TypeAlias = Callable[["Krylov"], bool]

STEPS = 60


@dataclass(frozen=True, eq=False)
class Krylov:
    """What k steps of Lanczos know: an orthonormal basis in which the matrix is tridiagonal.

    `basis` (k, n) lives where the start vector did; `diagonal` (k,) and `beside` (k - 1,) are
    the tridiagonal matrix, `rest` its next off-diagonal entry, 0 where the space is invariant.
    """

    basis: Array
    diagonal: FloatArray
    beside: FloatArray
    rest: float

    @property
    def steps(self) -> int:
        """Count of products taken."""
        return len(self.diagonal)

    @cached_property
    def ritz(self) -> tuple[FloatArray, FloatArray]:
        """Ritz values (k,), ascending, and their weights (k, k) in the basis."""
        T = np.diag(self.diagonal)
        below = np.arange(self.steps - 1)
        T[below + 1, below] = self.beside
        values, vectors = np.linalg.eigh(T)
        return values, vectors

    @property
    def lowest(self) -> float:
        """Smallest Ritz value: no eigenvalue's lower bound, but the least one is below it."""
        return float(self.ritz[0][0])

    @property
    def highest(self) -> float:
        """Largest Ritz value: the largest eigenvalue is above it."""
        return float(self.ritz[0][-1])

    @property
    def norm(self) -> float:
        """Largest absolute Ritz value: a lower bound of the 2-norm, close once converged."""
        return max(abs(self.lowest), abs(self.highest))

    def residual(self, index: int) -> float:
        """Norm of A x - theta x for Ritz pair `index`: an eigenvalue lies that near."""
        return self.rest * float(abs(self.ritz[1][-1, index]))

    def norm_is_known(self, accuracy: float = 1e-2) -> bool:
        """Whether the largest absolute Ritz value has settled to `accuracy`."""
        index = -1 if abs(self.highest) >= abs(self.lowest) else 0
        return self.residual(index) <= accuracy * self.norm

    def vector(self, index: int) -> Array:
        """Return the unit Ritz vector (n,) of Ritz value `index`."""
        weights = self.ritz[1][:, index]
        v = _beside(weights, self.basis) @ self.basis
        return v / float(v @ v) ** 0.5

    def least_squares(self, size: float, cut: float) -> Array:
        """Minimise |A d - size * start| over the basis: a Newton step by MINRES.

        Directions of the small problem below `cut` times its largest singular value are left
        out, so that flat directions do not carry the step away.
        """
        T = np.zeros((self.steps + 1, self.steps))
        each = np.arange(self.steps)
        T[each, each] = self.diagonal
        T[each[1:], each[:-1]] = T[each[:-1], each[1:]] = self.beside
        T[self.steps, self.steps - 1] = self.rest
        target = np.zeros(self.steps + 1)
        target[0] = size
        weights = np.linalg.lstsq(T, target, rcond=cut)[0]
        return _beside(weights, self.basis) @ self.basis


def norm_is_known(space: Krylov) -> bool:
    """Whether the norm has settled to a hundredth: the usual place to stop."""
    return space.norm_is_known()


def random_start(n: int, seed: int = 0) -> FloatArray:
    """Return a vector (n,) with a part along every eigenvector."""
    return np.random.default_rng(seed).standard_normal(n)


def lanczos(
    product: Product, start: Array, enough: Enough = norm_is_known, steps: int = STEPS
) -> Krylov:
    """Run Lanczos with full reorthogonalisation until `enough` says so, or for `steps` steps.

    `start` (n,) is a numpy array or a tensor; `product` maps one like it to one like it.
    Raises ValueError if a product is not finite.
    """
    n = len(start)
    steps = min(steps, n)
    basis = _rows(steps, start)
    basis[0] = start / float(start @ start) ** 0.5
    diagonal: list[float] = []
    beside: list[float] = []
    while True:
        k = len(diagonal)
        w = product(basis[k])
        diagonal.append(float(basis[k] @ w))
        for _ in range(2):
            w = w - (basis[: k + 1] @ w) @ basis[: k + 1]
        rest = float(w @ w) ** 0.5
        if not np.isfinite(diagonal[-1] + rest):
            raise ValueError("the Hessian has an entry that is NaN or infinite")
        space = Krylov(basis[: k + 1], np.array(diagonal), np.array(beside), rest)
        if rest <= n * np.finfo(float).eps * space.norm or k + 1 == steps or enough(space):
            return space
        beside.append(rest)
        basis[k + 1] = w / rest


def _rows(count: int, like: Array) -> Array:
    xp = namespace(like)
    if xp is np:
        return np.empty((count, len(like)))
    return xp.empty((count, len(like)), dtype=like.dtype, device=like.device)


def _beside(weights: npt.NDArray[Any], basis: Array) -> Array:
    """Bring a small numpy vector to where the basis lives."""
    return weights if isinstance(basis, np.ndarray) else basis.new_tensor(weights)
