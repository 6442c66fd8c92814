"""What a default run affords: by what the TOML says of a grading, and never nothing."""

from dataclasses import replace

import pytest

from grader.assignment.limits import Limits
from grader.selftest.budget import ADVISED, SECONDS, affordable
from grader.selftest.command import FAMILIES

SLOW = replace(Limits(), submission_seconds=10_000.0)


@pytest.mark.parametrize("family", SECONDS)
def test_the_longer_a_grading_takes_the_fewer_are_made(family):
    """Twice as long, half as many; at least one, however long."""
    counts = [affordable(family, replace(Limits(), submission_seconds=ADVISED * s)) for s in (1, 2)]
    assert counts[1] == counts[0] // 2 or counts == [1, 1]
    assert affordable(family, SLOW) == 1


def test_what_is_not_said_is_usual():
    """The default of `submission_seconds` says nothing of how long a grading takes."""
    unsaid = affordable("mutants", Limits())
    assert unsaid == affordable("mutants", replace(Limits(), submission_seconds=1.5 * ADVISED))
    assert unsaid > affordable("mutants", replace(Limits(), submission_seconds=299.0))


def test_three_minutes_are_shared_out():
    """Among the families that run a sample; half a minute is left for those that run whole."""
    assert SECONDS.keys() == FAMILIES.keys() - {"orders"}
    assert sum(SECONDS.values()) <= 180 - 25
