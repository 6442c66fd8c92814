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
from grader.submission.assertions import (
    as_number,
    as_tensor,
    as_tuple,
    as_word,
    assert_close,
    assert_raises,
    assert_unchanged,
    describe,
)

GARBAGE = [None, "x", {}, {"a": 1}, Handle(0, "Linear"), [[1, 2], [3]], [None], ["1"], object()]


@dataclass(frozen=True)
class Export:
    """An export whose every call comes back with the same outcome."""

    result: object

    def outcome(self, *_args):
        """Give the outcome."""
        return self.result

    watched = outcome


@pytest.mark.parametrize(
    "value",
    [
        torch.tensor([1.0, 2.0]),
        torch.tensor([1, 2], dtype=torch.int8),
        torch.tensor([1.0, 2.0], requires_grad=True),
        torch.tensor([1.0, 2.0], dtype=torch.bfloat16),
        np.array([1.0, 2.0], dtype=np.float32),
        np.array([1, 2]),
        [1, 2.0],
        (1, torch.tensor(2.0)),
        [np.float64(1), np.int64(2)],
    ],
)
def test_every_way_to_write_an_array_is_one_tensor(value):
    """Tensors, arrays, lists and tuples of numbers become the same float64 tensor."""
    tensor = as_tensor(value, (2,))
    assert tensor.dtype == torch.float64
    assert not tensor.requires_grad
    assert tensor.tolist() == [1.0, 2.0]


def test_nested_lists_keep_their_shape():
    """A list of rows becomes a matrix, and an empty list a vector of nothing."""
    assert as_tensor([[1, 2], [3, 4]]).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert as_tensor([]).shape == (0,)


@pytest.mark.parametrize("value", [*GARBAGE, 1j, np.array([1j]), [1j], np.array(["x"])])
def test_what_is_no_array_is_said_in_words(value):
    """Anything else is an AssertionError that tells what was wanted and what came."""
    with pytest.raises(AssertionError, match=r"expected an array of shape \(2,\).*, got "):
        as_tensor(value, (2,))


def test_a_sparse_tensor_is_no_array():
    """A layout that cannot be read entry by entry is refused in words."""
    with pytest.raises(AssertionError, match="got a float32 tensor"):
        as_tensor(torch.eye(2).to_sparse())


def test_a_wrong_shape_is_named():
    """Both shapes stand in the message."""
    with pytest.raises(AssertionError) as caught:
        as_tensor(torch.zeros(1, 3), (3,))
    assert str(caught.value) == (
        "expected an array of shape (3,), got a float32 tensor of shape (1, 3)"
    )


@pytest.mark.parametrize(
    "value",
    [2, 2.0, np.float32(2), np.int64(2), torch.tensor(2), torch.tensor([[2.0]]), np.array([2])],
)
def test_every_way_to_write_a_number_is_one_float(value):
    """Python's and numpy's numbers and arrays with one entry become a float."""
    number = as_number(value)
    assert type(number) is float
    assert number == 2.0


@pytest.mark.parametrize(
    "value", [*GARBAGE, True, np.True_, 1j, torch.zeros(2), torch.tensor(1j), [2.0]]
)
def test_what_is_no_number_is_said_in_words(value):
    """Anything else is an AssertionError, never a TypeError."""
    with pytest.raises(AssertionError, match=r"expected a( real)? number, got "):
        as_number(value)


def test_a_number_beyond_floats_is_infinite():
    """A whole number too large for a float is infinite, and printable."""
    assert as_number(-(10**400)) == -math.inf
    assert describe(10**400) == "a whole number too large for a float"


@pytest.mark.parametrize("value", [*GARBAGE, "Saddle", "saddle ", 3])
def test_only_the_allowed_words_are_words(value):
    """The message lists the words to choose from."""
    with pytest.raises(AssertionError, match=r"expected one of 'minimum', 'saddle', got "):
        as_word(value, ("minimum", "saddle"))
    assert as_word("saddle", ("minimum", "saddle")) == "saddle"


def test_a_long_word_is_cut():
    """A message stays short whatever was returned."""
    assert len(describe("x" * 1000)) < 60


def test_a_list_will_do_for_a_tuple():
    """A list of the right length becomes a tuple; other lengths and things do not."""
    assert as_tuple([1, "x"], 2) == (1, "x")
    for value in [(1,), torch.zeros(2), *GARBAGE[:5]]:
        with pytest.raises(AssertionError, match="expected a tuple of 2 things, got "):
            as_tuple(value, 2)


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
