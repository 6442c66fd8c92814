"""What coming late costs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grade.late import LatePolicy, parse_duration, parse_rate, parse_time, parse_zone
from grader.reports.wording import describe_late

DEADLINE = datetime(2026, 11, 1, 12, tzinfo=UTC)
POLICY = LatePolicy(DEADLINE, 0.1, *(parse_duration(text) for text in ("1 day", "15 minutes")))
ZURICH = ZoneInfo("Europe/Zurich")
CHANGES = (datetime(2026, 3, 28, 23, 59), datetime(2026, 10, 24, 23, 59))  # noqa: DTZ001 - put into zones


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


@pytest.mark.parametrize("deadline", CHANGES)
@pytest.mark.parametrize(("days", "seconds", "penalty"), [(1, 0, 0.1), (1, 1, 0.2), (2, 0, 0.2)])
def test_a_day_ends_by_the_clock_on_the_wall(deadline, days, seconds, penalty):
    """The day on which clocks are changed has 23 hours or 25, and counts as one."""
    policy = LatePolicy(deadline.replace(tzinfo=ZURICH), 0.1)
    came = (deadline + timedelta(days=days, seconds=seconds)).replace(tzinfo=ZURICH)
    assert policy.judge(came.astimezone(UTC)).penalty == penalty


@pytest.mark.parametrize("deadline", CHANGES)
def test_an_hour_has_sixty_minutes(deadline):
    """Where hours count, or a grace in hours, a change of clocks makes none longer or shorter."""
    moment = deadline.replace(tzinfo=ZURICH)
    hourly = LatePolicy(moment, 0.01, *map(parse_duration, ("1 hour", "2 hours")))
    came = [moment.astimezone(UTC) + timedelta(hours=hours) for hours in (2, 24)]
    assert [hourly.judge(moment).penalty for moment in came] == [0.0, 0.24]
    daily = LatePolicy(moment, 0.1, grace=parse_duration("1 day"))
    night = (deadline + timedelta(days=1)).replace(tzinfo=ZURICH)
    assert daily.judge(night.astimezone(UTC)).penalty == 0.0


@given(st.integers(0, 400), st.integers(0, 600), st.integers(0, 1))
def test_later_is_never_better_where_clocks_are_changed(minutes, more, fold):
    """Nor in the night in which an hour comes twice."""
    policy = LatePolicy(datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH, fold=fold), 0.1)
    start = policy.deadline.astimezone(UTC) + timedelta(days=-1)
    first, second = (
        policy.judge(start + timedelta(days=days, minutes=m)).penalty
        for days, m in ((1, minutes), (1, minutes + more))
    )
    assert first <= second
    assert policy.judge(policy.deadline + timedelta(0)).penalty == 0.0


def test_a_students_own_deadline_takes_the_place_of_the_assignments():
    """It is told in the assignment's zone, and said to be the student's own."""
    policy = LatePolicy(DEADLINE.astimezone(ZURICH), 0.1)
    came = DEADLINE + timedelta(days=2)
    assert policy.judge(came).penalty == 0.2
    late = policy.judge(came, own=DEADLINE + timedelta(days=1, hours=20))
    assert (late.penalty, late.deadline) == (0.1, "2026-11-03T09:00:00+01:00")
    words = describe_late(late, 10.0)
    assert "after your own deadline, 2026-11-03 09:00 (Europe/Zurich)" in words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "less than a minute after 2026-11-01 13:00 (Europe/Zurich): 10% less than 8"),
        (60, "1 minute after"),
        (3599, "59 minutes after"),
        (5400, "1.5 hours after"),
        (86400 * 3, "3.0 days after"),
    ],
)
def test_how_late_it_was_is_told_as_people_say_it(seconds, words):
    """Half a second is less than a minute, and not 0.0 hours."""
    policy = LatePolicy(DEADLINE.astimezone(ZURICH), 0.1)
    late = policy.judge(DEADLINE + timedelta(seconds=seconds))
    assert f"handed in {words}" in describe_late(late, 8.0)


def test_a_deadline_without_a_named_zone_is_shown_as_it_was_written():
    """Its offset stands beside it, and a fraction of a percent is one."""
    deadline = parse_time("2026-11-01T23:59:00+01:00")
    late = LatePolicy(deadline, 0.005).judge(deadline + timedelta(hours=1))
    words = "handed in 1.0 hours after 2026-11-01 23:59 +01:00: 0.5% less than 8"
    assert describe_late(late, 8.0) == words


def test_times_are_compared_across_zones():
    """A time in another zone is the same moment."""
    late = POLICY.judge(parse_time("2026-11-01T05:00:00-07:00"))
    assert (late.seconds_late, late.submitted_at) == (0.0, "2026-11-01T12:00:00Z")


def test_a_time_needs_a_zone():
    """A time that could be anywhere is refused, where no zone is given beside it."""
    with pytest.raises(ValueError, match="time zone"):
        parse_time("2026-11-01T12:00:00")
    assert parse_time("2026-11-01T12:00:00", ZURICH).isoformat() == "2026-11-01T12:00:00+01:00"


@pytest.mark.parametrize("text", ["2026-10-25T02:30:00", "2026-03-29T02:30:00"])
def test_a_time_that_comes_twice_or_never_needs_its_offset(text):
    """Where clocks are changed a time is refused without the offset that tells which it is."""
    with pytest.raises(ValueError, match="clocks are changed in Europe/Zurich"):
        parse_time(text, ZURICH)
    assert parse_time("2026-10-25T02:30:00+02:00", ZURICH).utcoffset() == timedelta(hours=2)


def test_an_offset_of_another_season_is_refused():
    """An offset that the zone does not have then is a mistake; UTC's is a moment like any."""
    with pytest.raises(ValueError, match="another offset than Europe/Zurich then: \\+0200"):
        parse_time("2026-07-01T23:59:00+01:00", ZURICH)
    assert parse_time("2026-07-01T21:59:00Z", ZURICH).isoformat() == "2026-07-01T23:59:00+02:00"


@pytest.mark.parametrize("name", ["Europe/Zürich", "Europe", "", "../etc/passwd", "CEST+1"])
def test_what_is_no_zone(name):
    """A zone is known by its name in the tz database."""
    with pytest.raises(ValueError, match="is not a time zone like Europe/Zurich"):
        parse_zone(name)


@pytest.mark.parametrize(
    ("text", "rate", "unit"),
    [
        ("10% a day", 0.1, "1 day"),
        ("0.5 % per hour", 0.005, "1 hour"),
        ("1% an hour", 0.01, "1 hour"),
    ],
)
def test_rates(text, rate, unit):
    """A rate is a percentage and a unit of time."""
    assert parse_rate(text) == (rate, parse_duration(unit))


@pytest.mark.parametrize("text", ["10", "110% a day", "-1% a day", "10% a year", "ten% a day"])
def test_what_is_no_rate(text):
    """Anything else is refused with an example."""
    with pytest.raises(ValueError, match="10% a day"):
        parse_rate(text)


def test_durations():
    """A duration is a number and a unit, singular or plural."""
    sizes = [parse_duration(text).size.total_seconds() for text in ("1 hour", "15 minutes")]
    assert sizes == [3600.0, 900.0]


@pytest.mark.parametrize("text", ["a while", "9999999999 days", f"{'9' * 400} hours"])
def test_what_is_no_duration(text):
    """Anything else is refused with an example, and so is what is longer than all time."""
    with pytest.raises(ValueError, match="15 minutes"):
        parse_duration(text)


def test_a_grace_beyond_all_time_never_ends():
    """Whoever comes within it is not late."""
    policy = LatePolicy(DEADLINE, 0.1, grace=parse_duration("999999999 days"))
    assert policy.judge(DEADLINE + timedelta(days=1)).penalty == 0.0


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:00-05:00"])
@pytest.mark.parametrize("zone", [None, ZURICH])
def test_a_time_that_another_zone_does_not_have(text, zone):
    """The first year and the last are refused: not every zone has all of them."""
    with pytest.raises(ValueError, match="too far off: a year is from 2 to 9998"):
        parse_time(text, zone)


@pytest.mark.parametrize("policy", [LatePolicy(DEADLINE), replace(POLICY, rate=0.0), POLICY])
def test_what_costs_nothing_is_told_as_such(policy):
    """Whether it came within the grace or coming late costs nothing, which nobody wrote down."""
    words = describe_late(policy.judge(DEADLINE + timedelta(minutes=10)), 8.0)
    assert words == "handed in 10 minutes after 2026-11-01 12:00 UTC: no penalty"
