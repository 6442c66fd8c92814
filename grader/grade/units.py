"""Times, slowdowns and counts of laps in words, the same wherever a grade is told."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Write a time in the unit that fits it: 340 us, 12.3 ms, 2.1 s, 1234 s."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= 0.9995 * size:
            return f"{_write(seconds / size)} {unit}"
    return f"{_write(seconds / 1e-9)} ns"


def times(slowdown: float) -> str:
    """Write a slowdown: 0.98, 1.04, 24.6, 312, 12345."""
    return _write(slowdown)


def _write(number: float) -> str:
    """Write three digits, or more before the point, and powers of ten where nobody counts them."""
    return f"{number:.0f}" if 99.95 <= number < 1e9 else f"{number:.3g}"


def laps(count: int) -> str:
    """Write a number of laps."""
    return f"{count} lap{'' if count == 1 else 's'}"
