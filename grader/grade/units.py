"""Times, slowdowns and counts of laps in words, the same wherever a grade is told."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Write a time in the unit that fits it: 340 us, 12.3 ms, 2.1 s."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= 0.9995 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def times(slowdown: float) -> str:
    """Write a slowdown: 0.98, 1.04, 24.6, 312."""
    return f"{slowdown:.3g}" if slowdown < 100 else f"{slowdown:.0f}"


def laps(count: int) -> str:
    """Write a number of laps."""
    return f"{count} lap{'' if count == 1 else 's'}"
