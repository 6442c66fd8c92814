"""Curves for `compare`, drawn from the cause that they have.

An error is a whole number of grains of 2^-40, exact in float64: one that is a grain above the
target is large, which single precision would not tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

ONE = 2**40
CAUSES = ("fine", "overfitting", "mismatch", "optimization issue", "place matters", "model bias")
TESTS = {(): "fine", ("mlp",): "overfitting", ("cnn",): "overfitting", ("mlp", "cnn"): "mismatch"}
"""The cause by who errs much in testing, where neither does in training."""
TRAINS = {("mlp",): "optimization issue", ("cnn",): "place matters", ("mlp", "cnn"): "model bias"}
"""The cause by who errs much in training, whatever the testing."""
ROWS = [((), test, cause) for test, cause in TESTS.items()] + [
    (train, test, cause) for train, cause in TRAINS.items() for test in TESTS
]
"""Who errs much in training, who in testing, and why: every case that there is."""


def tables(*, tie: bool = False) -> st.SearchStrategy[tuple[tuple[dict[str, Any], str], ...]]:
    """Draw curves for every case; with `tie`, all that is small is the target itself."""
    return st.tuples(*(comparisons(row, tie=tie) for row in ROWS))


@st.composite
def comparisons(draw: Callable[..., Any], row: Any, *, tie: bool) -> tuple[dict[str, Any], str]:
    """Draw the last errors that have a cause, then whatever came before them."""
    train, test, cause = row
    target = draw(grains(1, ONE // 2))
    curves: dict[str, Any] = {"mlp": {}, "cnn": {}, "target": target / ONE}
    for network in ("mlp", "cnn"):
        for part, large in (("train", train), ("test", test)):
            small = st.just(target) if tie else grains(0, target)
            last = draw(grains(target + 1, ONE) if network in large else small)
            before = draw(st.lists(grains(0, ONE), max_size=4))
            curves[network][part] = [error / ONE for error in (*before, last)]
    return curves, cause


def grains(low: int, high: int) -> st.SearchStrategy[int]:
    """Draw an error from low to high, some of them at the very ends."""
    return st.sampled_from((low, high)) | st.integers(low, high)
