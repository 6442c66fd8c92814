"""From a measured number to credit, by the terms of `[measure.<check>]`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.grading.values import show_number

if TYPE_CHECKING:
    from grader.assignment.rubric import Measure


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured number, the credit that it earns, and a sentence for both."""

    value: float
    credit: float
    sentence: str


class PartCreditError(AssertionError):
    """A check earned less than all by what it measured or raced: a failure to pytest alone."""


class GraderFaultError(Exception):
    """Something of the assignment's or the kit's went wrong; it costs the student nothing."""


def measured(value: float, terms: Measure) -> Measurement:
    """Return a measured number with what it earns by the terms of its check."""
    return Measurement(value, credit_of(value, terms), describe_measure(value, terms))


def credit_of(value: float, terms: Measure) -> float:
    """Turn a measured number into credit: 1 at `full` or better, 0 at `none` or worse."""
    if not math.isfinite(value):
        return 0.0
    full, none = terms.full, terms.none
    if terms.scale == "log":
        if value <= 0:
            return 1.0 if full < none else 0.0
        value, full, none = math.log(value), math.log(full), math.log(none)
    return min(1.0, max(0.0, (none - value) / (none - full)))


def describe_measure(value: float, terms: Measure) -> str:
    """Say what was measured and what would have earned how much."""
    side = "less" if terms.full < terms.none else "more"
    other = "more" if terms.full < terms.none else "less"
    return (
        f"measured {show_number(value)}; all points at {show_number(terms.full)} or {side}, "
        f"none at {show_number(terms.none)} or {other}"
    )
