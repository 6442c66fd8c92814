"""An interval for the median log ratio that holds whatever shape the noise has.

The sign test asks nothing of the noise but that half of it lies on either side: the interval
between the k-th smallest and the k-th largest of n values misses the median with probability
2 P(Bin(n, 1/2) < k) exactly (Conover, Practical Nonparametric Statistics, 3.2; Thompson 1936).
Two corrections, both of which can only widen it:

* laps that follow one another are alike. With ``tau`` the autocorrelation time of the signs
  the n laps are worth n / tau of independent ones, and the ranks are taken as for so many
  (Gastwirth and Rubin 1971, the sign test under dependence; tau by the initial positive
  sequence of Geyer 1992);
* where a process's memory happens to lie makes it faster or slower for as long as it lives,
  by about 1.3 % from one generation of workers to the next, and more laps do not shrink that.
  Three standard errors of it are added to both sides.
"""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LAYOUT_SD", "autocorrelation_time", "layout_margin", "outer_rank", "sign_interval"]

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
    tau, lag = 1.0, 1
    while lag + 1 < n // 2:
        two = sum(_products(signs, lag)) / power + sum(_products(signs, lag + 1)) / power
        if two <= 0:
            break
        tau, lag = tau + 2 * two, lag + 2
    return min(max(tau, 1.0), float(n))


def _products(signs: Sequence[float], lag: int) -> list[float]:
    return [a * b for a, b in zip(signs, signs[lag:], strict=False)]


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
    ordered = sorted(values)
    return ordered[rank - 1] - margin, ordered[n - rank] + margin
