"""Curves for `compare`, drawn from the cause that they have.

An error is a whole number of grains of 2^-40, exact in float64: one that is a grain above the
target is large, which single precision would not tell.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

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


@st.composite
def tables(draw: Callable[..., Any], *, tie: bool = False) -> list[tuple[dict[str, Any], str]]:
    """Draw curves for every case; with `tie`, all that is small is the target itself."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return [(curves(rng, train, test, tie=tie), cause) for train, test, cause in ROWS]


def curves(
    rng: np.random.Generator, train: tuple[str, ...], test: tuple[str, ...], *, tie: bool
) -> dict[str, Any]:
    """Draw the last errors, each in its bounds or at one of them, then whatever came before."""
    target = int(rng.integers(1, ONE // 2))
    found: dict[str, Any] = {"mlp": {}, "cnn": {}, "target": target / ONE}
    for network in ("mlp", "cnn"):
        for part, large in (("train", train), ("test", test)):
            low, high = (target + 1, ONE) if network in large else (target * tie, target)
            last = rng.choice((low, high, rng.integers(low, high, endpoint=True)))
            before = rng.integers(0, ONE, rng.integers(0, 4))
            found[network][part] = [float(error) / ONE for error in (*before, last)]
    return found
