"""Public checks of the tiny assignment."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import as_number, assert_close

from .public.bowls import Bowl


@given(number=st.integers(-1000, 1000))
def test_double_is_twice(submission, number):
    """The double of a number is twice the number."""
    assert submission.double(number) == number + number


@pytest.mark.parametrize("number", [0.5, np.array([[1.0, 2.0], [2.0, 5.0]], np.float32)])
def test_double_of_each_kind(submission, number):
    """Doubling takes numbers and matrices."""
    assert_close(submission.double(number), number + number, rtol=1e-6)


@settings(max_examples=5)
@given(width=st.integers(1, 4))
def test_model_stays_behind(submission, width):
    """A model that build returned goes back in to predict."""
    model = submission.build(width)
    X = np.ones((3, width))
    assert_close(submission.predict(model, X), np.full(3, float(width)), rtol=1e-6)


def test_apply_calls_a_named_bowl(submission):
    """Calling apply(function, theta) is the function's value."""
    bowl = Bowl(1.0, np.array([1.0, 2.0], np.float32))
    assert as_number(submission.apply(bowl, np.zeros(2))) == 6.0


def test_guess_is_near(submission, measure):
    """guess() is at most 1; at 3 it is worth nothing."""
    measure(as_number(submission.guess()))
