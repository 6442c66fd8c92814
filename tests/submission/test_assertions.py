"""Tests of what suites say about answers: whatever a student returns, words come back."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from grader.inside.frames import Handle
from grader.sandbox.outcome import (
    Died,
    Raised,
    Returned,
    SubmissionRaisedError,
    TimedOut,
    WorkerLostError,
)
from grader.submission.answers import describe
from grader.submission.assertions import (
    assert_close,
    assert_equal,
    assert_raises,
    assert_unchanged,
)


@dataclass(frozen=True)
class Export:
    """An export whose every call comes back with the same outcome."""

    result: object

    def outcome(self, *_args):
        """Give the outcome."""
        return self.result

    watched = outcome


def test_close_allows_what_the_tolerances_add_up_to():
    """Each entry may be off by atol + rtol * |expected|, and no more."""
    assert_close([1.0, 100.9], [0.9, 100.0], rtol=0.01, atol=0.1)
    with pytest.raises(AssertionError):
        assert_close([1.0, 101.2], [0.9, 100.0], rtol=0.01, atol=0.1)


def test_a_difference_is_pointed_at():
    """The message says what, where, both entries and how far off."""
    got = torch.tensor([[1.0, 2.0], [3.5, 4.1]])
    with pytest.raises(AssertionError) as caught:
        assert_close(got, [[1, 2], [3, 4]], rtol=1e-9, what="hessian")
    assert str(caught.value) == (
        "hessian: expected 3 at [1, 0], got 3.5, off by 0.5, the largest of 4 differences"
    )


def test_numbers_differ_without_a_place():
    """For a single number there is no place to name."""
    with pytest.raises(AssertionError, match=r"^expected 1, got 2, off by 1$"):
        assert_close(2.0, 1.0, rtol=0)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_never_close(bad):
    """NaN and infinity differ from every finite number, whatever the tolerance."""
    with pytest.raises(AssertionError, match="expected 2 at"):
        assert_close([1.0, bad], [1.0, 2.0], rtol=1e9, atol=1e9)


@pytest.mark.parametrize("rtol", [0.0, 1e-9])
@pytest.mark.parametrize("got", [0.0, 1e308, -math.inf, math.nan])
def test_an_expected_infinity_is_met_by_itself_alone(got, rtol):
    """No tolerance is a part of infinity."""
    with pytest.raises(AssertionError, match="expected inf"):
        assert_close([1.0, got], [1.0, math.inf], rtol=rtol)


EQUAL = [("a", "a"), (3, 3.0), (3.0, 3), (None, None), (True, True)]
UNEQUAL = [
    ("a", "b", "expected 'b', got 'a'"),
    (3.5, 3, "expected 3, got 3.5"),
    (None, 0, "expected 0, got None"),
    (False, None, "expected None, got the truth value False"),
    (1, True, "expected the truth value True, got 1"),
    (True, 1, "expected 1, got the truth value True"),
    (math.nan, 1, "expected 1, got the number nan"),
    ("b" * 99, "b", "expected 'b', got the word"),
    (10**400, 1, "expected 1, got a whole number too large for a float"),
]


@pytest.mark.parametrize(("got", "expected"), EQUAL)
def test_what_is_equal_and_of_a_kind_is_let_through(got, expected):
    """A number is a number, whole or not."""
    assert_equal(got, expected, mistakes={"nothing": expected})


@pytest.mark.parametrize(("got", "expected", "said"), UNEQUAL)
def test_what_is_not_equal_is_told_in_words(got, expected, said):
    """Expected and got; a truth value is no number."""
    with pytest.raises(AssertionError) as raised:
        assert_equal(got, expected)
    assert str(raised.value).startswith(said)


def test_what_cannot_be_compared_is_not_equal():
    """An answer that is no word and no number is told in words, and never asked for more."""
    with pytest.raises(AssertionError, match="expected 'a', got a float32 tensor"):
        assert_equal(torch.zeros(2), "a", what="kind")


def test_one_mistake_is_named_and_two_are_not():
    """The answer has to show which it was."""
    with pytest.raises(AssertionError, match=r"got 6\nit counts from 0$"):
        assert_equal(6, 7, mistakes={"it counts from 0": 6, "twice": 14})
    with pytest.raises(AssertionError, match=r"got 6$"):
        assert_equal(6, 7, mistakes={"it counts from 0": 6, "it stops early": 6})


def test_equal_infinities_are_close():
    """An expected infinity can be met."""
    assert_close([math.inf], [math.inf], rtol=0)


def test_shapes_are_compared_before_entries():
    """Nothing is broadcast."""
    with pytest.raises(AssertionError, match="array of shape"):
        assert_close(torch.zeros(3, 1), torch.zeros(3), rtol=1.0)


VALUE_ERROR = ("builtins.ValueError", "builtins.Exception")


def test_the_right_exception_satisfies():
    """It may be of a class that is derived; both are named where they differ."""
    assert_raises(Export(Raised("ValueError", "no", "", VALUE_ERROR)), 1)
    assert_raises(Export(Raised("LinAlgError", "no", "", ("LinAlgError", *VALUE_ERROR))), 1)
    assert_raises(Export(Raised("Strange", "no", "", ("Strange",))), 1, error="Strange")
    with pytest.raises(AssertionError, match=r"^expected ValueError, got KeyError: no$"):
        assert_raises(Export(Raised("KeyError", "no", "", ("builtins.KeyError",))), 1)
    with pytest.raises(AssertionError, match=r"^expected ValueError, got ValueError: no$"):
        assert_raises(
            Export(Raised("ValueError", "no", "", ("ValueError", "builtins.SystemExit"))), 1
        )
    with pytest.raises(AssertionError, match=r"^expected ValueError, got the word 'saddle'$"):
        assert_raises(Export(Returned("saddle")), 1)


@pytest.mark.parametrize("outcome", [TimedOut(1.0, "wall", ""), Died("gone")])
def test_a_lost_worker_is_passed_on(outcome):
    """A worker that is gone ends the check, whatever was expected of it."""
    for hold in (assert_raises, assert_unchanged):
        with pytest.raises(WorkerLostError):
            hold(Export(outcome), 1)


def test_writing_into_an_argument_is_noticed():
    """A call that changed an argument fails; one that raised fails as what it raised."""
    assert_unchanged(Export(Returned(1)), 1)
    with pytest.raises(AssertionError, match="as they were, but argument 1: its values changed"):
        assert_unchanged(Export(Returned(1, changed="argument 1: its values changed")), 1)
    with pytest.raises(SubmissionRaisedError):
        assert_unchanged(Export(Raised("ValueError", "no", "")), 1)


def test_answers_have_plain_names():
    """Whatever comes back has a description that a student would use."""
    assert [
        describe(value) for value in (None, True, 0.5, [1, 2], np.zeros(3), Handle(0, "MLP"))
    ] == [
        "None",
        "the truth value True",
        "the number 0.5",
        "a list of length 2",
        "a numpy float64 array of shape (3,)",
        "an object of type MLP",
    ]
