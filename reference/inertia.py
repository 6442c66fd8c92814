"""How many eigenvalues are positive, zero and negative, without computing one of them.

Sylvester: A = L D L^T and D have the same signs, so factoring H - s I counts the eigenvalues
above s at a seventh of the price of all eigenvalues.  H - s I with s at the bound of zero
leaves no doubt about zeros, which a factorisation of H itself would.
All matrices are (n, n) float64 numpy arrays of which only the lower triangle is read, but for
one function that takes a tensor of another device.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from reference.lanczos import Krylov, lanczos, random_start
from reference.openblas import FloatArray, factor, symmetric_product

if TYPE_CHECKING:
    from torch import Tensor

SMALL = 64
"""Up to this size all eigenvalues cost less than the care to avoid them."""

SURE = 2.0
"""A Rayleigh quotient this many times beyond the bound settles the sign of an eigenvalue."""


@dataclass(frozen=True, slots=True)
class Inertia:
    """Counts of eigenvalues above `bound`, within it, and below minus `bound`."""

    positive: int
    zero: int
    negative: int
    bound: float

    @property
    def kind(self) -> str:
        """The second-order test's word: minimum, maximum, saddle or degenerate."""
        return kind(self.positive, self.zero, negative=self.negative > 0)


def kind(positive: int, zero: int, *, negative: bool) -> str:
    """Name the kind of point; mixed signs are a saddle whatever else is zero."""
    if positive and negative:
        return "saddle"
    if zero:
        return "degenerate"
    return "minimum" if positive else "maximum"


def count_above(H: FloatArray, shift: float, *, overwrite: bool = False) -> int:
    """Count the eigenvalues of H that are greater than `shift`; H is lost with `overwrite`."""
    diagonal, beside, pivots = _shifted_factor(H if overwrite else H.copy(), shift)
    return _positive(diagonal, beside, pivots)


def count_below(H: FloatArray, shift: float) -> int:
    """Count the eigenvalues of H that are less than `shift`."""
    diagonal, beside, pivots = _shifted_factor(H.copy(), shift)
    return _positive(-diagonal, -beside, pivots)


def _shifted_factor(A: FloatArray, shift: float) -> tuple[FloatArray, ...]:
    A.reshape(-1)[:: len(A) + 1] -= shift
    diagonal, beside, pivots = factor(A)
    return diagonal, beside, np.asarray(pivots)


def _positive(diagonal: FloatArray, beside: FloatArray, pivots: FloatArray) -> int:
    """Count the positive eigenvalues of D; its 2 x 2 blocks stand where pivots are negative."""
    single = pivots > 0
    count = int(np.count_nonzero(diagonal[single] > 0))
    first = np.flatnonzero(~single)[::2]
    a, b, c = diagonal[first], beside[first], diagonal[first + 1]
    mean, radius = (a + c) / 2, np.hypot((a - c) / 2, b)
    return count + int(np.count_nonzero(mean + radius > 0) + np.count_nonzero(mean - radius > 0))


def inertia(H: FloatArray, relative: float) -> Inertia:
    """Count signs, where zero means at most `relative` times the largest |eigenvalue|.

    Raises ValueError if H is not finite.
    """
    ends = _usable_ends(H)
    return _from_eigenvalues(H, relative) if ends is None else signs_beyond(H, relative * ends.norm)


def signs_beyond(H: FloatArray, bound: float) -> Inertia:
    """Count signs, where zero means at most `bound`."""
    n = len(H)
    if n <= SMALL or bound == 0:
        return _count(np.linalg.eigvalsh(H, UPLO="L"), bound)
    positive = count_above(H, bound)
    negative = 0 if positive == n else count_below(H, -bound)
    return Inertia(positive, n - positive - negative, negative, bound)


def signs_on_device(H: Tensor, bound: float) -> Inertia:
    """Count the signs of a whole matrix where it lies: only the counts are read back."""
    values = torch.linalg.eigvalsh(H)
    signs = torch.stack([(values > bound).sum(), (values < -bound).sum()]).tolist()
    return Inertia(signs[0], len(H) - sum(signs), signs[1], bound)


def ratio_and_kind(H: FloatArray, relative: float, *, overwrite: bool = False) -> tuple[float, str]:
    """Return the share of positive eigenvalues and the kind, mostly by one factorisation.

    A negative eigenvalue that Lanczos has already shown need not be counted.  With `overwrite`
    the contents of H may be lost.
    """
    ends = _usable_ends(H)
    if ends is None:
        counts = _from_eigenvalues(H, relative)
        return counts.positive / len(H), counts.kind
    bound = relative * ends.norm
    if ends.lowest < -SURE * bound < bound < ends.highest:
        return count_above(H, bound, overwrite=overwrite) / len(H), "saddle"
    counts = signs_beyond(H, relative * ends.norm)
    return counts.positive / len(H), counts.kind


def _usable_ends(H: FloatArray) -> Krylov | None:
    """Both ends of the spectrum by Lanczos, or None where all eigenvalues are the better way."""
    if len(H) <= SMALL:
        return None
    ends = lanczos(partial(symmetric_product, H), random_start(len(H)))
    return ends if ends.norm_is_known(0.1) else None


def _from_eigenvalues(H: FloatArray, relative: float) -> Inertia:
    if not np.isfinite(np.tril(H)).all():
        raise ValueError("the Hessian has an entry that is NaN or infinite")
    values = np.linalg.eigvalsh(H, UPLO="L")
    return _count(values, relative * float(np.abs(values).max()))


def _count(values: npt.NDArray[Any], bound: float) -> Inertia:
    positive, negative = int((values > bound).sum()), int((values < -bound).sum())
    return Inertia(positive, len(values) - positive - negative, negative, bound)
