"""What handing in late costs: the policy of an assignment, and its verdict on one submission.

The rule, in full: a submission is late when it came after `deadline` plus
`grace`. Then every unit of time begun since the deadline itself (a day, an
hour) costs the stated percentage of the score that was earned. A day ends when
the clock on the wall says so again, also where clocks were changed meanwhile.
Nothing falls below zero, and the unpenalised score is always shown beside the
final one.
"""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from grader.grade.fields import Delay, Line, Share

_UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*%\s*(?:an?|per)\s+(hour|day|week)")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(second|minute|hour|day|week)s?")


@dataclass(frozen=True, slots=True)
class Late:
    """What a policy said of one submission; `penalty` is the share of the score that it costs.

    The `deadline` is in its own time zone, which `timezone` names where the assignment does; it
    may be the student's `own`, in place of the assignment's.
    """

    submitted_at: Line
    deadline: Line
    seconds_late: Delay
    penalty: Share
    timezone: Line = ""
    own: bool = False

    def apply(self, score: float) -> float:
        """Return the score after the penalty."""
        return round(score * (1.0 - self.penalty), 6)

    def __str__(self) -> str:
        return f"{100 * self.penalty:.4g}% less after {self.deadline}"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: so many hours anywhere, or days as the clock on the wall counts them."""

    size: timedelta
    by_wall: bool = False

    def after(self, moment: datetime, times: int = 1) -> datetime:
        """Return the moment, in UTC, that so many spans end after another, or the last of all."""
        there = moment if self.by_wall else moment.astimezone(UTC)
        try:
            return (there + times * self.size).replace(fold=there.fold).astimezone(UTC)
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC)


A_DAY, NOTHING = Span(_UNITS["day"], by_wall=True), Span(timedelta(0))


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """A deadline (with its time zone), and what each begun unit of time after it costs."""

    deadline: datetime
    rate: float = 0.0
    unit: Span = A_DAY
    grace: Span = NOTHING

    def judge(self, submitted_at: datetime, own: datetime | None = None) -> Late:
        """Return what the policy says of a submission that came at a time (with its zone).

        A deadline of the student's `own` takes the place of the assignment's.
        """
        deadline = own.astimezone(self.deadline.tzinfo) if own else self.deadline
        late = submitted_at > self.grace.after(deadline)
        units = self._count_begun(deadline, submitted_at) if late else 0
        return Late(
            submitted_at=format_exactly(submitted_at),
            deadline=deadline.isoformat().replace("+00:00", "Z"),
            seconds_late=max(0.0, (submitted_at - deadline.astimezone(UTC)).total_seconds()),
            penalty=min(1.0, round(self.rate * units, 9)),
            timezone=getattr(deadline.tzinfo, "key", ""),
            own=own is not None,
        )

    def _count_begun(self, deadline: datetime, came: datetime) -> int:
        elapsed = came - deadline.astimezone(UTC)
        count = max(1, elapsed // self.unit.size - 1)
        while self.unit.after(deadline, count) < came:
            count += 1
        return count


def format_time(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def format_exactly(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC, with its fraction of a second where it has one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_time(text: str, zone: ZoneInfo | None = None) -> datetime:
    """Read an ISO 8601 time, in a zone or one that names its own; ValueError says what is wrong."""
    moment = datetime.fromisoformat(text)
    if not MINYEAR < moment.year < MAXYEAR:  # of these two not every zone has all
        raise ValueError(f"{text!r} is too far off: a year is from 2 to 9998")
    if zone is not None:
        return _place(moment, zone)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} does not say its time zone: end it with Z or an offset")
    return moment


def _place(moment: datetime, zone: ZoneInfo) -> datetime:
    """Put a time into a zone; an offset that is another one there is refused, but for UTC's."""
    if moment.tzinfo is None:
        first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        if first.utcoffset() != second.utcoffset():
            raise ValueError(f"clocks are changed in {zone.key} at {moment}: write its offset too")
        return first
    there = moment.astimezone(zone)
    if moment.utcoffset() not in (timedelta(0), there.utcoffset()):
        raise ValueError(f"{moment} has another offset than {zone.key} then: {there:%z}")
    return there


def parse_rate(text: str) -> tuple[float, Span]:
    """Read "10% a day" as a tenth and a day; ValueError otherwise."""
    match = _RATE.fullmatch(text.strip())
    if not match or float(match[1]) > 100:
        raise ValueError(f'{text!r} is not a penalty like "10% a day" or "1% an hour"')
    return float(match[1]) / 100, _span(1, match[2])


def parse_duration(text: str) -> Span:
    """Read "15 minutes" as a span of time; ValueError otherwise."""
    match = _DURATION.fullmatch(text.strip())
    try:
        if match:
            return _span(float(match[1]), match[2])
    except OverflowError:
        pass  # longer than all time
    raise ValueError(f'{text!r} is not a time like "15 minutes" or "2 hours"')


def _span(count: float, unit: str) -> Span:
    return Span(count * _UNITS[unit], by_wall=unit in ("day", "week"))


def parse_zone(text: str) -> ZoneInfo:
    """Read the name of a time zone; ValueError otherwise."""
    try:
        return ZoneInfo(text)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"{text!r} is not a time zone like Europe/Zurich") from error
