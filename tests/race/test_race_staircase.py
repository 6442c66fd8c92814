"""From slowdown to credit: monotone, equal steps, both ends as the assignment says."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.grade.staircase import Staircase, why_too_narrow

SLOWDOWNS = st.floats(1e-3, 1e6)


@st.composite
def staircases(draw):
    """Any staircase an assignment may ask for."""
    full = draw(st.floats(0.5, 100))
    return Staircase(full, full * draw(st.floats(1.5, 1000)), draw(st.integers(0, 20)))


@given(staircases(), SLOWDOWNS, SLOWDOWNS)
def test_more_time_is_never_worth_more(stairs, one, other):
    """The slower of two submissions never gets more credit."""
    slow, fast = max(one, other), min(one, other)
    assert stairs.credit(slow) <= stairs.credit(fast)


@given(staircases(), SLOWDOWNS)
def test_both_ends_are_as_the_assignment_says(stairs, slowdown):
    """All the credit at full or less, none at none or more, and something strictly between."""
    credit = stairs.credit(slowdown)
    assert (credit == 1) == (slowdown <= stairs.full)
    assert (credit == 0) == (slowdown >= stairs.none)


@given(staircases())
def test_the_steps_are_equal(stairs):
    """Every edge costs the same credit and lies the same factor above the one before."""
    assert len(stairs.edges) == stairs.steps + 1
    below = [stairs.credit(edge * 1.0001) for edge in stairs.edges]
    drops = [a - b for a, b in zip([1.0, *below], below, strict=False)]
    assert drops == pytest.approx([1 / (stairs.steps + 1)] * len(drops))
    factors = [b / a for a, b in zip(stairs.edges, stairs.edges[1:], strict=False)]
    assert factors == pytest.approx([stairs.width] * stairs.steps)


def test_a_doubling_is_a_step_unless_told_otherwise():
    """From 2 to 512 are eight doublings."""
    assert Staircase(2, 512).edges == pytest.approx((2, 4, 8, 16, 32, 64, 128, 256, 512))
    assert Staircase(2, 512, 4).steps == 4


@pytest.mark.parametrize(
    ("full", "none", "steps"), [(2, 2, 0), (4, 2, 0), (0, 2, 0), (1, math.inf, 0), (1, 2, -1)]
)
def test_an_impossible_staircase_is_refused(full, none, steps):
    """Full must lie below none, both finite and positive."""
    with pytest.raises(ValueError, match="must"):
        Staircase(full, none, steps)


@given(staircases(), st.floats(0.001, 1))
def test_narrow_steps_are_refused_with_numbers(stairs, spread):
    """A step narrower than five spreads is named, and no other."""
    why = why_too_narrow(stairs, spread)
    assert bool(why) == (stairs.width < 1 + 5 * spread)
    assume(why)
    assert f"{stairs.width:.3f}" in why


@given(staircases(), SLOWDOWNS)
def test_the_nearest_edge_is_nearest(stairs, slowdown):
    """No other edge is closer by ratio."""
    nearest = abs(math.log(stairs.nearest_edge(slowdown) / slowdown))
    assert all(nearest <= abs(math.log(edge / slowdown)) + 1e-12 for edge in stairs.edges)
