"""What hw1 draws: losses that differ by little, and by enough for whoever compares them as told."""

import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assignments.hw1.strategies import HAIR, ONE, cases, depths, loss, ties, watches
from reference.loss_diagnosis import diagnose, early_stop, failing_depth

EACH = settings(max_examples=200, deadline=None, derandomize=True, database=None)
WAYS = {
    "whole numbers": lambda x: x.round(),
    "64ths": lambda x: (64 * x).round() / 64,
    "1024ths": lambda x: (1024 * x).round() / 1024,
    "single": lambda x: x.float(),
    "half": lambda x: x.half(),
}


def drawn(strategy):
    """What a strategy draws, as a list."""
    found = []

    @settings(EACH, max_examples=400, phases=[Phase.generate])
    @given(strategy)
    def keep(value):
        found.append(value)

    keep()
    return found


def share_wrong(values, answer, way):
    """The share of draws that are answered wrongly where losses are rounded in a way."""

    def rounded(losses):
        return way(torch.tensor(losses, dtype=torch.float64)).tolist()

    return sum(answer(value, rounded) for value in values) / len(values)


def misdiagnosed(case, rounded):
    train, validation, test, target, *shallower = rounded([*case.losses()[:4], *case.shallower])
    return diagnose(train, validation, test, target, shallower) != case.cause


def misplaced(table, rounded):
    return failing_depth(rounded(table[0])) != table[1]


def mistimed(watch, rounded):
    return early_stop(rounded(watch.losses), watch.patience) != watch.epoch


@EACH
@given(n=st.integers(1, 128 * ONE), step=st.integers(1, HAIR))
def test_a_grain_more_is_a_larger_loss(n, step):
    """Neighbours are two floats, in the right order, at any scale of the checks."""
    assert loss(n - step) < loss(n)
    for power in (-20, 20):
        assert loss(n - step) * 2.0**power < loss(n) * 2.0**power


@pytest.mark.parametrize(
    ("strategy", "answer"),
    [(cases(), misdiagnosed), (ties(), misdiagnosed), (depths(), misplaced), (watches(), mistimed)],
    ids=["cases", "ties", "depths", "watches"],
)
def test_losses_tell_rounding_from_none(strategy, answer):
    """As they are, losses have the answer they were drawn for; rounded, one in twenty has not."""
    values = drawn(strategy)
    assert share_wrong(values, answer, lambda x: x) == 0
    for name, way in WAYS.items():
        assert share_wrong(values, answer, way) > 0.05, name
