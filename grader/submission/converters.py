"""Converters: from what a student's function returned to the one kind of value that a check takes.

A function may return anything at all. Whatever cannot be turned becomes an `AssertionError` in
plain words, so that a check never fails with an error of ours.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from grader.inside.lookalikes import odd_letter, plain_twin
from grader.submission.answers import (
    LONGEST_WORD,
    Array,
    describe,
    only_entry,
    shape_of,
    to_array,
)
from grader.submission.claims import ClaimError, OneOf, Parts, Real, Shaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

MOST_NUMBERS = 1 << 25
"""An answer with more is not looked at: as float64 it would take over 256 MB of the grader's."""


def as_tensor(value: object, shape: tuple[int, ...] | None = None) -> Tensor:
    """Turn an answer into a float64 tensor on the CPU, of `shape` if given: see `as_array`."""
    __tracebackhide__ = True
    import torch  # noqa: PLC0415 - an assignment may do without it

    return torch.from_numpy(as_array(value, shape))


def as_array(value: object, shape: tuple[int, ...] | None = None) -> Array:
    """Turn an answer into a float64 array, of `shape` if that is given; the answer stays as it is.

    Tensors, arrays, numbers and nested lists or tuples of numbers are accepted. Nothing is
    converted before its shape is known to be the one asked for, and to hold at most MOST_NUMBERS.
    """
    __tracebackhide__ = True
    wanted = "an array" if shape is None else f"an array of shape {tuple(shape)}"
    claim = Shaped(value, None if shape is None else tuple(shape))
    found = shape_of(value)
    if found is None:
        raise ClaimError(f"expected {wanted} of real numbers, got {describe(value)}", claim)
    if shape is not None and found != tuple(shape):
        raise ClaimError(f"expected {wanted}, got {describe(value)}", claim)
    if math.prod(found) > MOST_NUMBERS:
        raise AssertionError(
            f"expected {wanted}, got {describe(value)}: too many numbers to look at"
        )
    array = to_array(value)
    if array is None or array.dtype.kind == "c":
        raise ClaimError(f"expected {wanted} of real numbers, got {describe(value)}", claim)
    return array


def as_number(value: object) -> float:
    """Turn an answer into a float: a number, or a tensor or array with one entry."""
    __tracebackhide__ = True
    number = only_entry(value)
    if type(number) not in (int, float):
        real = " real" if type(number) is complex else ""
        raise ClaimError(f"expected a{real} number, got {describe(value)}", Real(value))
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def as_word(value: object, allowed: Sequence[str]) -> str:
    """Turn an answer into one of the `allowed` words."""
    __tracebackhide__ = True
    if isinstance(value, str) and value in allowed:
        return str(value)
    words = ", ".join(repr(word) for word in allowed)
    odd = ""
    if isinstance(value, str) and plain_twin(value[:LONGEST_WORD]) in allowed:
        odd = f", whose {odd_letter(value)}"
    said = f"expected one of {words}, got {describe(value)}{odd}"
    raise ClaimError(said, OneOf(value, allowed))


def as_tuple(value: object, n: int) -> tuple[object, ...]:
    """Turn an answer into a tuple of `n` things: a tuple or a list of that length."""
    __tracebackhide__ = True
    if isinstance(value, (tuple, list)) and len(value) == n:
        return tuple(value)
    raise ClaimError(f"expected a tuple of {n} things, got {describe(value)}", Parts(value, n))
