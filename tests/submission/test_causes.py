"""A cause is named where its mark is in the numbers, and nowhere else."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grader import assert_close

WANT = np.array([[1.234567891234, 2.5], [-3.75, 4.0625]])
NAN = math.nan
MISTAKES = {
    "transpose": (WANT.T, WANT),
    "the other sign": (-WANT, WANT),
    "twice what": (2 * WANT, WANT),
    "half of what": (WANT / 2, WANT),
    "divided by its 4 entries": (WANT / 4, WANT),
    "is half of what is": (WANT[0] / 2, WANT[0]),
    "as exact as float32": (WANT.astype(np.float32), WANT),
    "NaN from 1 on": (np.array([1.0, NAN, NAN]), np.array([1.0, 2.0, 3.0])),
    "NaN from [1, 0] on": (np.array([[1.0, 2.5], [NAN, NAN]]), WANT),
    "every entry is NaN": (np.full(3, NAN), np.array([1.0, 2.0, 3.0])),
}
"""By the words for it: an answer with the mistake in it, and the right one."""
NOT_MEASURED = {
    "a number that is twice another": (2.0, 1.0),
    "one entry with the other sign": (np.array([-1.0, 2.0]), np.array([1.0, 2.0])),
    "NaN here and there": (np.array([NAN, 2.0, NAN]), np.array([1.0, 2.0, 3.0])),
    "rounded to 64ths": (np.round(WANT * 64) / 64, WANT),
    "off by a millionth": (WANT * (1 + 1e-6), WANT),
    "a symmetric matrix": (np.array([[1.0, 3.0], [3.0, 1.0]]), np.array([[1.0, 2.0], [2.0, 1.0]])),
    "equal entries": (np.array([2.0, 2.0]), np.array([1.0, 1.0])),
}


def said_of(got, expected, **more):
    """The lines that are said of an answer that is off."""
    with pytest.raises(AssertionError) as raised:
        assert_close(got, expected, rtol=1e-9, **more)
    return str(raised.value).splitlines()


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_that_can_be_seen_is_named(words):
    """The second line says what the answer is; the right one is let through."""
    wrong, right = MISTAKES[words]
    difference, cause = said_of(wrong, right)
    assert difference.startswith("expected ")
    assert words in cause
    assert_close(right, right, rtol=1e-9)


@pytest.mark.parametrize("case", NOT_MEASURED)
def test_what_cannot_be_seen_is_not_guessed(case):
    """Where the numbers show no cause the difference is all that is said."""
    assert len(said_of(*NOT_MEASURED[case])) == 1


def test_an_assignment_names_its_own_mistakes():
    """What comes out if one is made is recognised, unless it is right as well."""
    assert said_of(1.5, 1.0, mistakes={"the ½ is missing": 1.5})[1] == "the ½ is missing"
    assert len(said_of(1.6, 1.0, mistakes={"the ½ is missing": 1.5})) == 1
    assert len(said_of(1.6, 1.0, mistakes={"nothing": 1.0})) == 1
    assert len(said_of(1.5, 1.0, mistakes={"the ½ is missing": 1.5, "another": 1.5})) == 1


def test_a_mistake_may_have_another_shape():
    """It is told from the shape and the numbers, and the message still says what was expected."""
    padded = np.arange(6.0)
    mistakes = {"zeros around it": padded, "the other one": np.zeros(6)}
    difference, cause = said_of(padded, np.arange(4.0), mistakes=mistakes)
    assert "of shape (4,)" in difference
    assert cause == "zeros around it"
    assert len(said_of(padded + 1, np.arange(4.0), mistakes=mistakes)) == 1


@given(
    got=arrays(np.float64, (2, 3), elements=st.floats(allow_nan=True, allow_infinity=True)),
    want=arrays(np.float64, (2, 3), elements=st.floats(-1e6, 1e6)),
)
def test_whatever_comes_is_told_in_two_lines_at_most(got, want):
    """No answer makes finding a cause fail."""
    assume((np.isnan(got) | (np.abs(got - want) > 1e-3 * (1 + np.abs(want)))).any())
    assert 1 <= len(said_of(got, want)) <= 2
