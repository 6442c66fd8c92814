"""What handing in late costs: the policy of an assignment, and its verdict on one submission.

The rule, in full: a submission is late when it came after `deadline` plus
`grace`. Then every unit of time begun since the deadline itself (a day, an
hour) costs the stated percentage of the score that was earned. Nothing falls
below zero, and the unpenalised score is always shown beside the final one.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime

_UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*%\s*(?:an?|per)\s+(hour|day|week)")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(second|minute|hour|day|week)s?")


@dataclass(frozen=True, slots=True)
class Late:
    """What a policy said of one submission; `penalty` is the share of the score that it costs."""

    submitted_at: str
    deadline: str
    seconds_late: float
    penalty: float

    def apply(self, score: float) -> float:
        """Return the score after the penalty."""
        return round(score * (1.0 - self.penalty), 6)


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """A deadline (with its time zone), and what each begun unit of time after it costs."""

    deadline: datetime
    rate: float = 0.0
    unit_seconds: float = 86400.0
    grace_seconds: float = 0.0

    def judge(self, submitted_at: datetime) -> Late:
        """Return what the policy says of a submission that came at a time (with its zone)."""
        over = (submitted_at - self.deadline).total_seconds()
        late = over > self.grace_seconds
        units = math.ceil(over / self.unit_seconds) if late else 0
        return Late(
            submitted_at=format_time(submitted_at),
            deadline=format_time(self.deadline),
            seconds_late=max(0.0, over),
            penalty=min(1.0, round(self.rate * units, 9)),
        )


def format_time(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 time that names its zone; ValueError says what is wrong otherwise."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} does not say its time zone: end it with Z or an offset")
    return moment


def parse_rate(text: str) -> tuple[float, float]:
    """Read "10% a day" as (0.1, seconds of a day); ValueError otherwise."""
    match = _RATE.fullmatch(text.strip())
    if not match or float(match[1]) > 100:
        raise ValueError(f'{text!r} is not a penalty like "10% a day" or "1% an hour"')
    return float(match[1]) / 100, _UNITS[match[2]]


def parse_duration(text: str) -> float:
    """Read "15 minutes" as seconds; ValueError otherwise."""
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise ValueError(f'{text!r} is not a time like "15 minutes" or "2 hours"')
    return float(match[1]) * _UNITS[match[2]]
