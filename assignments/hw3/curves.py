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
LARGE = {
    "fine": [()],
    "optimization issue": [("mlp train",)],
    "place matters": [("cnn train",)],
    "model bias": [("mlp train", "cnn train")],
    "overfitting": [("mlp test",), ("cnn test",)],
    "mismatch": [("mlp test", "cnn test")],
}
"""Which last errors are large; where a training error is, those in testing may be anything."""
CAUSES = tuple(LARGE)
TESTS = ("mlp test", "cnn test")


@st.composite
def comparisons(draw: Callable[..., Any], *, tie: bool = False) -> tuple[dict[str, Any], str]:
    """Draw a cause, then the last errors that have it, then whatever came before them."""
    cause = draw(st.sampled_from(list(LARGE)))
    target = draw(grains(1, ONE // 2))
    large = set(draw(st.sampled_from(LARGE[cause])))
    if large - set(TESTS):
        large |= draw(st.sets(st.sampled_from(TESTS)))
    curves: dict[str, Any] = {"mlp": {}, "cnn": {}, "target": target / ONE}
    for name in ("mlp train", "mlp test", "cnn train", "cnn test"):
        small = st.just(target) if tie else grains(0, target)
        last = draw(grains(target + 1, ONE) if name in large else small)
        before = draw(st.lists(grains(0, ONE), max_size=4))
        network, part = name.split()
        curves[network][part] = [error / ONE for error in (*before, last)]
    return curves, cause


def grains(low: int, high: int) -> st.SearchStrategy[int]:
    """Draw an error from low to high, some of them at the very ends."""
    return st.sampled_from((low, high)) | st.integers(low, high)


OVERFITTING = {
    "mlp": {"train": [0.5, 0.0], "test": [0.75, 0.625]},
    "cnn": {"train": [0.5, 0.0625], "test": [0.5, 0.0625]},
    "target": 0.125,
}
"""What the fully connected network does at places that it was not shown."""
