"""What a worker uses and sleeps counts against a limit, and what it waits for a core does not."""

import pytest

from grader.sandbox.deadline import OwnTime


class Clock:
    """A clock, and a process that waits for a core, both set by hand."""

    time = waited = 0.0


@pytest.mark.parametrize(
    ("passed", "waited", "left"),
    [
        (1, 0, 9),
        (9, 8, 1),  # a lower bound: how long it waited is not asked before it matters
        (10, 0, 0),
        (15, 6, 1),
        (30, 25, 5),
        (99, 99, 1),  # ten times as many of the wall's are the end
        (101, 101, -1),
    ],
)
def test_what_is_left(passed, waited, left):
    """Waiting before it began is nothing of it."""
    clock = Clock()
    clock.time, clock.waited = 50.0, 7.0
    own = OwnTime(10, lambda: clock.waited, now=lambda: clock.time)
    clock.time, clock.waited = 50.0 + passed, 7.0 + waited
    assert own.left() == pytest.approx(left)
    assert own.spent() == pytest.approx(passed - waited)
    assert (own.first().seconds, own.first().limit) == (10, "call")
