"""What a suite says about the answers of a student: converters and assertions.

A student's function may return anything at all. The converters turn it into the
one kind of value that a check works with, and whatever cannot be turned becomes an
`AssertionError` in plain words, so that a check never fails with an error of ours.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.inside.lookalikes import odd_letter, plain_twin
from grader.sandbox.outcome import (
    Died,
    Raised,
    Returned,
    SubmissionRaisedError,
    TimedOut,
    WorkerLostError,
)
from grader.submission.answers import (
    LONGEST_WORD,
    Array,
    describe,
    only_entry,
    shape_of,
    to_array,
)
from grader.submission.causes import find_cause

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    found = shape_of(value)
    if found is None:
        raise AssertionError(f"expected {wanted} of real numbers, got {describe(value)}")
    if shape is not None and found != tuple(shape):
        raise AssertionError(f"expected {wanted}, got {describe(value)}")
    if math.prod(found) > MOST_NUMBERS:
        raise AssertionError(
            f"expected {wanted}, got {describe(value)}: too many numbers to look at"
        )
    array = to_array(value)
    if array is None or array.dtype.kind == "c":
        raise AssertionError(f"expected {wanted} of real numbers, got {describe(value)}")
    return array


def as_number(value: object) -> float:
    """Turn an answer into a float: a number, or a tensor or array with one entry."""
    __tracebackhide__ = True
    number = only_entry(value)
    if type(number) not in (int, float):
        real = " real" if type(number) is complex else ""
        raise AssertionError(f"expected a{real} number, got {describe(value)}")
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
    raise AssertionError(f"expected one of {words}, got {describe(value)}{odd}")


def as_tuple(value: object, n: int) -> tuple[object, ...]:
    """Turn an answer into a tuple of `n` things: a tuple or a list of that length."""
    __tracebackhide__ = True
    if isinstance(value, (tuple, list)) and len(value) == n:
        return tuple(value)
    raise AssertionError(f"expected a tuple of {n} things, got {describe(value)}")


def assert_close(
    got: object,
    expected: object,
    *,
    rtol: float,
    atol: float = 0.0,
    what: str = "",
    mistakes: Mapping[str, object] | None = None,
) -> None:
    """Hold every entry of `got` to within `atol + rtol * |expected|` of its entry of `expected`.

    Shapes must agree; the message names `what` was compared, the largest difference and where, and
    the cause where its mark is in the numbers. `mistakes` has what comes out if one is made, by
    words for it.
    """
    __tracebackhide__ = True
    want = as_array(expected)
    have = as_array(got, want.shape)
    gap, excess = _excess(have, want, rtol, atol)
    if want.size == 0 or not (excess > 0).any():
        return

    def near(one: Array, other: Array) -> bool:
        return not (_excess(one, other, rtol, atol)[1] > 0).any()

    flat = int(excess.argmax())
    others = {words: as_array(value) for words, value in (mistakes or {}).items()}
    made = (w for w, value in others.items() if near(have, value) and not near(value, want))
    cause = next(made, "") or find_cause(have, want, near)
    more = f"\n{cause}" if cause else ""
    raise AssertionError(_difference(have, want, gap, flat, what) + more)


def _excess(have: Array, want: Array, rtol: float, atol: float) -> tuple[Array, Array]:
    """Return how far two arrays are apart, and by how much that is too far, entry by entry."""
    with np.errstate(invalid="ignore", over="ignore"):  # of infinities; what is not a number is off
        gap = np.where(have == want, 0.0, np.abs(have - want))
        return gap, np.where(np.isnan(gap), math.inf, gap - (atol + rtol * np.abs(want)))


def assert_raises(export: Any, *args: object, error: str = "ValueError") -> None:  # noqa: ANN401 - an Export, or a test's
    """Hold `export(*args)` to raising `error`, the name of a class of exception, or one derived."""
    __tracebackhide__ = True
    outcome = export.outcome(*args)
    if isinstance(outcome, (TimedOut, Died)):
        raise WorkerLostError(outcome)
    raised = isinstance(outcome, Raised)
    if not raised or not outcome.is_a(error):
        got = f"{outcome.kind}: {outcome.message}" if raised else describe(outcome.value)
        raise AssertionError(f"expected {error}, got {got}")


def assert_unchanged(export: Any, *args: object) -> None:  # noqa: ANN401 - likewise
    """Hold `export(*args)` to leaving its arguments as they were: values, shapes and all."""
    __tracebackhide__ = True
    outcome = export.watched(*args)
    if isinstance(outcome, Returned):
        if outcome.changed:
            raise AssertionError(f"expected the arguments as they were, but {outcome.changed}")
    elif isinstance(outcome, Raised):
        raise SubmissionRaisedError(outcome)
    else:
        raise WorkerLostError(outcome)


def _difference(have: Array, want: Array, gap: Array, flat: int, what: str) -> str:
    """Say where two arrays of one shape differ most."""
    subject = f"{what}: " if what else ""
    got, wanted = float(have.reshape(-1)[flat]), float(want.reshape(-1)[flat])
    far = float(gap.reshape(-1)[flat])
    off = "" if math.isnan(far) else f", off by {far:.3g}"
    if want.ndim == 0:
        return f"{subject}expected {wanted:.12g}, got {got:.12g}{off}"
    where = [int(i) for i in np.unravel_index(flat, want.shape)]
    most = f", the largest of {want.size} differences" if off and want.size > 1 else ""
    return f"{subject}expected {wanted:.12g} at {where}, got {got:.12g}{off}{most}"
