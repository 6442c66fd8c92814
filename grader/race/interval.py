"""An interval for the median log ratio that holds whatever shape the noise has.

The sign test asks nothing of the noise but that half of it lies on either side: the interval
between the k-th smallest and the k-th largest of n values misses the median with probability
2 P(Bin(n, 1/2) < k) exactly (Conover, Practical Nonparametric Statistics, 3.2; Thompson 1936).
Two corrections, both of which can only widen it:

* laps that follow one another are alike. With ``tau`` the autocorrelation time of the signs
  the n laps are worth n / tau of independent ones, and the ranks are taken as for so many
  (Gastwirth and Rubin 1971, the sign test under dependence; tau by an initial positive
  sequence, Geyer 1992). Signs around their own median are less alike than the noise is, by
  about tau / n (Marriott and Pope 1954): `BIAS` / n is added to each autocorrelation. Fewer
  than `TELLING` laps do not tell: half their interval is widened by the share `UNTOLD`;
* where a process's memory happens to lie makes it faster or slower for as long as it lives,
  by about 1.3 % from one generation of workers to the next, and more laps do not shrink that.
  Three standard errors of it widen both sides. The two errors have nothing to do with one
  another and add by their squares, but where laps are few as they are.

By simulation (`tests/race/test_race_interval.py`) all looks together then miss in fewer than one
race of twenty, the noise of the laps being independent, heavy-tailed, drifting or autocorrelated.
"""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LAYOUT_SD", "autocorrelation_time", "layout_margin", "outer_rank", "sign_interval"]

BIAS = 3
TELLING = 20
UNTOLD = 0.25
LAYOUT_SD = 0.013  # of the log ratio, between generations, measured on code raced against itself


def outer_rank(n: int, alpha: float) -> int:
    """Return the largest k whose interval misses with probability <= alpha; 0 if none does."""
    below, k = 0, 0
    while k < n // 2:
        below += math.comb(n, k)
        if 2 * below > alpha * 2**n:
            break
        k += 1
    return k


def autocorrelation_time(values: Sequence[float]) -> float:
    """Return how many laps in a row are worth one independent lap; at least 1.

    Works on the signs around the median, which is all that the interval depends on.
    """
    n = len(values)
    middle = median(values) if values else 0.0
    signs = [math.copysign(1.0, v - middle) if v != middle else 0.0 for v in values]
    power = sum(s * s for s in signs)
    if not power:
        return 1.0
    tau, bias = 1.0, BIAS / n if n >= TELLING else 0.0
    for lag in range(1, n // 2 + 1):
        rho = _autocovariance(signs, lag) * n / power + bias
        if rho <= 0:
            break
        tau += 2 * rho
    return min(tau, float(n))


def _autocovariance(signs: Sequence[float], lag: int) -> float:
    products = [a * b for a, b in zip(signs, signs[lag:], strict=False)]
    return sum(products) / len(products)


def layout_margin(generations: int) -> float:
    """Return the part of the interval's half width that laps cannot shrink (log ratio)."""
    return 3 * LAYOUT_SD / math.sqrt(max(generations, 1))


def sign_interval(
    values: Sequence[float], alpha: float, margin: float = 0.0
) -> tuple[float, float]:
    """Return (low, high) around the median of values in the order in which they came.

    Unbounded when so few values cannot bound a median at this level.
    """
    n = len(values)
    worth = int(n / autocorrelation_time(values)) if n else 0
    k = outer_rank(worth, alpha)
    if k == 0:
        return -math.inf, math.inf
    rank = max(1, k * n // worth)
    ordered, middle = sorted(values), median(values)
    low, high = ordered[rank - 1], ordered[n - rank]
    return low - _widening(middle - low, margin, n), high + _widening(high - middle, margin, n)


def _widening(half: float, margin: float, n: int) -> float:
    """Return by how much a margin widens half an interval that n laps have given."""
    return UNTOLD * half + margin if n < TELLING else math.hypot(half, margin) - half
