"""Who is asked more than once to name a mistake is held to the first answer."""

import pytest

from assignments.hw3.mistakes import assert_causes, assert_count


def by_turns(*answers):
    """Answer so, one after another, and then the last."""
    left = list(answers)
    return lambda _question: left.pop(0) if left[1:] else left[0]


def test_a_count_that_is_wrong_at_first_is_wrong():
    """Right when asked again is no answer."""
    with pytest.raises(AssertionError, match="asked the same again, it answers 643"):
        assert_count(by_turns(0, 643), [], 643)


def test_a_cause_that_is_wrong_at_first_is_wrong():
    """Nor is a cause."""
    with pytest.raises(AssertionError, match="asked the same again, it answers 'fine'"):
        assert_causes(by_turns("overfitting", "fine"), [(CURVES, "fine")])


CURVES = {
    "target": 0.1,
    **{network: {"train": [0.0], "test": [0.0]} for network in ("mlp", "cnn")},
}
