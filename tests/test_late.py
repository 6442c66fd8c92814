"""What coming late costs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.late import LatePolicy, parse_duration, parse_rate, parse_time

DEADLINE = datetime(2026, 11, 1, 12, tzinfo=UTC)
POLICY = LatePolicy(DEADLINE, rate=0.1, unit_seconds=86400.0, grace_seconds=900.0)


@pytest.mark.parametrize(
    ("over", "penalty"),
    [
        (timedelta(hours=-5), 0.0),
        (timedelta(0), 0.0),
        (timedelta(minutes=15), 0.0),
        (timedelta(minutes=15, seconds=1), 0.1),
        (timedelta(days=1), 0.1),
        (timedelta(days=1, seconds=1), 0.2),
        (timedelta(days=300), 1.0),
    ],
)
def test_each_begun_day_costs_a_tenth(over, penalty):
    """Within the grace nothing; then each day begun since the deadline, never more than all."""
    assert POLICY.judge(DEADLINE + over).penalty == penalty


@given(st.integers(-10, 20), st.integers(0, 20), st.floats(0, 100))
def test_later_is_never_better(hours, more, score):
    """A later submission never keeps more points, and none go below 0."""
    early, late = (POLICY.judge(DEADLINE + timedelta(hours=h)) for h in (hours, hours + more))
    assert 0 <= late.apply(score) <= early.apply(score) <= round(score, 6)


def test_times_are_compared_across_zones():
    """A time in another zone is the same moment."""
    late = POLICY.judge(parse_time("2026-11-01T05:00:00-07:00"))
    assert (late.seconds_late, late.submitted_at) == (0.0, "2026-11-01T12:00:00Z")


def test_a_time_needs_a_zone():
    """A time that could be anywhere is refused."""
    with pytest.raises(ValueError, match="time zone"):
        parse_time("2026-11-01T12:00:00")


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("10% a day", (0.1, 86400.0)),
        ("0.5 % per hour", (0.005, 3600.0)),
        ("1% an hour", (0.01, 3600.0)),
    ],
)
def test_rates(text, rate):
    """A rate is a percentage and a unit of time."""
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["10", "110% a day", "-1% a day", "10% a year", "ten% a day"])
def test_what_is_no_rate(text):
    """Anything else is refused with an example."""
    with pytest.raises(ValueError, match="10% a day"):
        parse_rate(text)


def test_durations():
    """A duration is a number and a unit, singular or plural."""
    assert [parse_duration(text) for text in ("1 hour", "15 minutes")] == [3600.0, 900.0]
    with pytest.raises(ValueError, match="15 minutes"):
        parse_duration("a while")
