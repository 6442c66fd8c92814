"""What an answer looks like that is off: a cause is named only where its mark is in the numbers.

A number alone is twice another too easily, above all where inputs were made small; so that mark is
looked for in at least two entries that differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.submission.answers import shape_of, to_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.submission.answers import Array

_SINGLE = 1e-5  # of the largest entry: how far whole computations in single precision may be off
_BITS = 21  # what has no more bits was rounded to a grid, and not computed in single precision


def find_cause(have: Array, want: Array, near: Callable[[Array, Array], bool]) -> str:
    """Say what two arrays of one shape that are not `near` each other have to do; "" if nothing.

    `near` says whether the first may stand for the second.
    """
    for look in (_not_numbers, _transposed, _scaled, _in_single):
        if cause := look(have, want, near):
            return cause
    return ""


def find_mistake(
    got: object, made: Mapping[str, Array], near: Callable[[Array, Array], bool]
) -> str:
    """Return the words for the one mistake that an answer shows; "" if it shows none, or several.

    `made` has what comes out if one is made, of whatever shape, by the words for it.
    """
    shape = shape_of(got)
    there = {words: value for words, value in made.items() if value.shape == shape}
    have = to_array(got) if there else None
    if have is None or have.dtype.kind == "c":
        return ""
    found = [words for words, value in there.items() if near(have, value)]
    return found[0] if len(found) == 1 else ""


def _not_numbers(have: Array, want: Array, _near: Any) -> str:  # noqa: ANN401 - it is not asked
    bad = np.isnan(have).reshape(-1)
    if not bad.any() or np.isnan(want).any() or want.ndim == 0:
        return ""
    if bad.all():
        return "every entry is NaN"
    first = int(bad.argmax())
    if not bad[first:].all():
        return ""
    where = [int(i) for i in np.unravel_index(first, want.shape)]
    return f"NaN from {where if len(where) > 1 else where[0]} on"


def _transposed(have: Array, want: Array, near: Callable[[Array, Array], bool]) -> str:
    if want.ndim != 2 or want.shape[0] != want.shape[1] or near(want.T, want):
        return ""
    return "this is the transpose of what is expected" if near(have, want.T) else ""


def _scaled(have: Array, want: Array, near: Callable[[Array, Array], bool]) -> str:
    size = max(want.size, 1)
    averaged = {1 / size: f"this is what is expected, divided by its {size} entries"}
    for factor, words in {**averaged, **_FACTORS}.items():  # of two entries it is the half
        is_marked = factor < 0 or len(np.unique(np.abs(want))) > 1
        if is_marked and near(have, factor * want):
            return words
    return ""


_FACTORS = {
    -1.0: "this has the other sign",
    2.0: "this is twice what is expected",
    0.5: "this is half of what is expected",
}


def _in_single(have: Array, want: Array, _near: Any) -> str:  # noqa: ANN401 - likewise
    """Whether every entry is a number of single precision, and as right as those can be."""
    if not np.isfinite(have).all() or not np.isfinite(want).all():
        return ""
    with np.errstate(over="ignore"):
        is_single = (have == have.astype(np.float32)).all()
    mantissas = np.ldexp(np.frexp(have)[0], _BITS)
    is_fine = (mantissas != np.round(mantissas)).any()
    is_close = np.abs(have - want).max() <= _SINGLE * np.abs(want).max()
    if not (is_single and is_fine and is_close):
        return ""
    return "this is as exact as float32: compute in float64"
