"""Assertions: what a suite says about the answers of a student, each in plain words if it fails.

They raise a `ClaimError`, which is an `AssertionError` that knows what was claimed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox.outcome import (
    Died,
    Raised,
    Returned,
    SubmissionRaisedError,
    TimedOut,
    WorkerLostError,
)
from grader.submission.answers import LONGEST_WORD, Array, describe
from grader.submission.causes import find_cause, find_mistake
from grader.submission.claims import ClaimError, Close, Comparison, Raises, Unchanged
from grader.submission.converters import as_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def assert_close(
    got: object,
    expected: object,
    *,
    rtol: float,
    atol: float = 0.0,
    what: str = "",
    mistakes: Mapping[str, object] | None = None,
    of: str = "",
) -> None:
    """Hold every entry of `got` to within `atol + rtol * |expected|` of its entry of `expected`.

    Shapes must agree; the message names `what` was compared, the largest difference and where, and
    the cause where its mark is in the numbers. `mistakes` has what comes out if one is made, of any
    shape, by words for it; it is named if the answer shows it and no other. Where `got` was made of
    an answer, `of` says how, so that the snippet can: as Python, on `got`, which is the answer, and
    on the call's arguments `{0}`, `{1}`, …
    """
    __tracebackhide__ = True
    want = as_array(expected)

    def near(one: Array, other: Array) -> bool:
        return not (_excess(one, other, rtol, atol)[1] > 0).any()

    made = {words: as_array(value) for words, value in (mistakes or {}).items()}
    made = {words: value for words, value in made.items() if not _alike(value, want, near)}
    try:
        have = as_array(got, want.shape)
    except ClaimError as other:
        named = find_mistake(got, made, near)
        said = [str(other), *filter(None, [named])]
        raise ClaimError("\n".join(said), other.claim) from None
    gap, excess = _excess(have, want, rtol, atol)
    if want.size == 0 or not (excess > 0).any():
        return
    flat = int(excess.argmax())
    named = find_mistake(got, made, near) or find_cause(have, want, near)
    said = [_difference(have, want, gap, flat, what), *filter(None, [named])]
    raise ClaimError("\n".join(said), Close(got, want, rtol, atol, flat, of))


def assert_equal(
    got: object, expected: object, *, what: str = "", mistakes: Mapping[str, object] | None = None
) -> None:
    """Hold an answer to a word, a number, a truth value or None, and to its kind.

    The message names `what` was compared. `mistakes` are as for `assert_close`.
    """
    __tracebackhide__ = True
    if _is_equal(got, expected):
        return
    made = {w: v for w, v in (mistakes or {}).items() if not _is_equal(v, expected)}
    found = [words for words, value in made.items() if _is_equal(got, value)]
    cause = f"\n{found[0]}" if len(found) == 1 else ""
    said = f"{what}: " if what else ""
    said += f"expected {_plainly(expected)}, got {_plainly(got)}{cause}"
    op = "==" if expected is not None else "is"
    raise ClaimError(said, Comparison(op, got, expected))


@dataclass(frozen=True)
class Misconceptions:
    """Questions, and by words for each known mistake what whoever makes it answers to them.

    One wrong word or number says little: one too small may come of counting from 0, or of taking a
    tie for a failure. So whoever is wrong is asked a few questions more, each the tuple of a call's
    arguments.
    """

    questions: Sequence[tuple[Any, ...]]
    mistakes: Mapping[str, Sequence[Any]]

    def recognise(self, ask: Callable[..., Any]) -> str:
        """Name the one mistake that answers every question as `ask` does; "" if none or several."""
        got = [ask(*map(_copied, question)) for question in self.questions]
        found = [words for words, wrong in self.mistakes.items() if [*wrong] == got]
        return found[0] if len(found) == 1 else ""

    def assert_answer(
        self, ask: Callable[..., Any], question: tuple[Any, ...], expected: object, *, what: str
    ) -> None:
        """Hold `ask(*question)` to what is expected, and where it is another name the mistake."""
        __tracebackhide__ = True
        if ask(*question) == expected:
            return
        mistake = self.recognise(ask)
        got = ask(*question)  # again: a check shows its latest call
        assert got != expected, f"asked the same again, it answers {got!r}"
        assert_equal(got, expected, what=what, mistakes={mistake: got} if mistake else None)


def _copied(value: object) -> object:
    """Return a list of one's own, and anything else as it is."""
    return [*value] if isinstance(value, list) else value


def _is_equal(got: object, expected: object) -> bool:
    numbers = (int, float)
    if type(got) in numbers and type(expected) in numbers:
        return got == expected
    return type(got) is type(expected) and got == expected


def _plainly(value: object) -> str:
    """Write a word as Python does, a number in digits, and anything else in words."""
    if isinstance(value, str) and len(value) <= LONGEST_WORD:
        return repr(value)
    if type(value) in (int, float) and abs(value) < 1e300:  # type: ignore[arg-type]  # a number
        return f"{value:.12g}"
    return describe(value)


def _alike(one: Array, other: Array, near: Callable[[Array, Array], bool]) -> bool:
    return one.shape == other.shape and near(one, other)


def _excess(have: Array, want: Array, rtol: float, atol: float) -> tuple[Array, Array]:
    """Return how far two arrays are apart, and by how much that is too far, entry by entry."""
    with np.errstate(invalid="ignore", over="ignore"):  # of infinities; what is not a number is off
        gap = np.where(have == want, 0.0, np.abs(have - want))
        beyond = np.where(np.isfinite(gap), gap - (atol + rtol * np.abs(want)), math.inf)
        return gap, np.where(gap == 0, 0.0, beyond)


def assert_raises(export: Any, *args: object, error: str = "ValueError") -> None:  # noqa: ANN401 - an Export, or a test's
    """Hold `export(*args)` to raising `error`, the name of a class of exception, or one derived."""
    __tracebackhide__ = True
    outcome = export.outcome(*args)
    if isinstance(outcome, (TimedOut, Died)):
        raise WorkerLostError(outcome)
    raised = isinstance(outcome, Raised)
    if not raised or not outcome.is_a(error):
        got = f"{outcome.kind}: {outcome.message}" if raised else describe(outcome.value)
        raise ClaimError(f"expected {error}, got {got}", Raises(error))


def assert_unchanged(export: Any, *args: object) -> None:  # noqa: ANN401 - likewise
    """Hold `export(*args)` to leaving its arguments as they were: values, shapes and all."""
    __tracebackhide__ = True
    outcome = export.watched(*args)
    if isinstance(outcome, Returned):
        if outcome.changed:
            said = f"expected the arguments as they were, but {outcome.changed}"
            raise ClaimError(said, Unchanged())
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
