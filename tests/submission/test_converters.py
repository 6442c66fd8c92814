"""Answers are turned into what a check works with, or told in words."""

import math
import time

import numpy as np
import pytest
import torch

from grader.inside.frames import Handle
from grader.submission.answers import describe, shape_of, to_array
from grader.submission.converters import as_number, as_tensor, as_tuple, as_word

GARBAGE = [None, "x", {}, {"a": 1}, Handle(0, "Linear"), [[1, 2], [3]], [None], ["1"], object()]


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


@pytest.mark.parametrize("depth", [1, 2, 12])
def test_a_megabyte_of_lists_in_lists_is_read_at_once(depth):
    """As many as a frame can hold: their shape, and their numbers."""
    item = 1
    for _ in range(depth):
        item = [item]
    value = [item] * (480_000 // (depth + 1))
    began = time.process_time()
    assert shape_of(value) == to_array(value).shape == (len(value), *[1] * depth)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ([], (0,)),
        ([[], []], (2, 0)),
        ([[], [1]], None),
        ([1, [2]], None),
        ([[1], np.array([2])], (2, 1)),
        ([[[1, 2]], [torch.tensor([3, 4])]], (2, 1, 2)),
        ([[1, "x"]], None),
        ([[1, 1j]], None),
    ],
)
def test_lists_in_lists_have_a_shape_or_none(value, shape):
    """Whatever holds their numbers."""
    array = to_array(value)
    assert shape_of(value) == shape
    assert (array is None) if shape is None else (array.shape == shape)
