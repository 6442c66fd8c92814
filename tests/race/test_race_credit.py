"""From slowdown to credit: a straight line in its logarithm, both ends as the assignment says."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.grade.credit_line import SLACK, CreditLine, why_too_short

SLOWDOWNS = st.floats(1e-3, 1e6)


@st.composite
def lines(draw):
    """Any line that an assignment may ask for."""
    full = draw(st.floats(0.5, 100))
    return CreditLine(full, full * draw(st.floats(1.5, 1000)))


@given(lines(), SLOWDOWNS, SLOWDOWNS)
def test_more_time_is_never_worth_more(line, one, other):
    """The slower of two submissions never gets more credit."""
    slow, fast = max(one, other), min(one, other)
    assert line.credit(slow) <= line.credit(fast)


@given(lines(), SLOWDOWNS)
def test_both_ends_are_as_the_assignment_says(line, slowdown):
    """All the credit at full or less, none at none or more, and between 0 and 1 in any case."""
    credit = line.credit(slowdown)
    assert 0 <= credit <= 1
    assert credit == 1 or slowdown > line.full
    assert credit == 0 or slowdown < line.none


@given(lines(), st.floats(0, 1))
def test_every_doubling_costs_the_same(line, share):
    """Wherever between the ends, so does each percent: there is no cliff."""
    slowdown = line.full * math.exp(share * (line.length - 0.01))
    assume(slowdown * 1.01 < line.none)
    cost = line.credit(slowdown) - line.credit(slowdown * 1.01)
    assert cost == pytest.approx(math.log(1.01) / line.length)


@given(lines(), st.floats(0, 1))
def test_each_credit_has_a_slowdown(line, credit):
    """What a credit asks for earns it."""
    assert line.credit(line.slowdown(credit)) == pytest.approx(credit, abs=1e-9)


@pytest.mark.parametrize(("full", "none"), [(2, 2), (4, 2), (0, 2), (1, math.inf), (math.nan, 2)])
def test_an_impossible_line_is_refused(full, none):
    """Full must lie below none, both finite and positive."""
    with pytest.raises(ValueError, match="must"):
        CreditLine(full, none)


LINE = CreditLine(2, 200)  # a fiftieth of the points is a factor 100 ** 0.02 = 1.096


@pytest.mark.parametrize(
    ("slowdown", "interval", "settled"),
    [
        (20, (18.5, 21.7), True),
        (20, (18.0, 21.7), False),
        (20, (18.5, 22.1), False),
        (20, (0.0, math.inf), False),
        (1.0, (0.2, 1.9), True),  # wholly below full, however wide
        (1.0, (0.2, 2.1), True),
        (1.0, (0.2, 2.3), False),
        (900, (210, 4e4), True),  # wholly above none
        (900, (150, 4e4), False),
    ],
)
def test_a_slowdown_is_settled_where_its_interval_is_worth_little(slowdown, interval, settled):
    """At most a fiftieth of the points to either side."""
    assert LINE.is_settled(slowdown, interval) is settled


@given(lines(), st.floats(0.001, 1))
def test_short_lines_are_refused_with_numbers(line, error):
    """A line on which an error is worth more than the slack is named, and no other."""
    why = why_too_short(line, error)
    assert bool(why) == (error > SLACK * line.length)
    assume(why)
    assert f"{100 * error:.1f} %" in why
