"""Times and ratios as people write them."""

import pytest

from grader.grade import units


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.9994, "999 ms"), (0.9996, "1 s"), (99.96, "100 s"), (999.7, "1000 s"), (1234.5, "1234 s")],
)
def test_a_time_has_no_power_of_ten(seconds, text):
    """However long it took, nobody has to count zeros."""
    assert units.duration(seconds) == text


@pytest.mark.parametrize(
    ("ratio", "text"), [(0.98, "0.98"), (99.96, "100"), (999.6, "1000"), (1e6, "1000000")]
)
def test_a_slowdown_has_no_power_of_ten(ratio, text):
    """Up to what nobody counts any more; and nothing is longer than a line."""
    assert units.times(ratio) == text
    assert units.times(1e308) == "1e+308"
