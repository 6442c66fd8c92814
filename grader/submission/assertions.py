"""What a suite says about the answers of a student: converters and assertions.

A student's function may return anything at all. The converters turn it into the
one kind of value that a check works with, and whatever cannot be turned becomes an
`AssertionError` in plain words, so that a check never fails with an error of ours.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from grader.inside.frames import Handle
from grader.inside.lookalikes import odd_letter, plain_twin
from grader.sandbox.outcome import (
    Died,
    Raised,
    Returned,
    SubmissionRaisedError,
    TimedOut,
    WorkerLostError,
)

LONGEST_WORD = 40
MOST_NUMBERS = 1 << 25
"""An answer with more is not looked at: as float64 it would take over 256 MB of the grader's."""


def as_tensor(value: object, shape: tuple[int, ...] | None = None) -> Tensor:
    """Turn an answer into a float64 tensor on the CPU, of `shape` if that is given.

    Tensors, arrays, numbers and nested lists or tuples of numbers are accepted. Nothing is
    converted before its shape is known to be the one asked for, and to hold at most MOST_NUMBERS.
    """
    __tracebackhide__ = True
    wanted = "an array" if shape is None else f"an array of shape {tuple(shape)}"
    found = _shape_of(value)
    if found is None:
        raise AssertionError(f"expected {wanted} of real numbers, got {describe(value)}")
    if shape is not None and found != tuple(shape):
        raise AssertionError(f"expected {wanted}, got {describe(value)}")
    if math.prod(found) > MOST_NUMBERS:
        raise AssertionError(
            f"expected {wanted}, got {describe(value)}: too many numbers to look at"
        )
    tensor = _tensor(value)
    if tensor is None or tensor.is_complex():
        raise AssertionError(f"expected {wanted} of real numbers, got {describe(value)}")
    return tensor.detach().to("cpu", torch.float64)


def as_number(value: object) -> float:
    """Turn an answer into a float: a number, or a tensor or array with one entry."""
    __tracebackhide__ = True
    number = _only_entry(value)
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
) -> None:
    """Hold every entry of `got` to within `atol + rtol * |expected|` of its entry of `expected`.

    Shapes must agree; the message names `what` was compared, the largest difference and where.
    """
    __tracebackhide__ = True
    want = as_tensor(expected)
    have = as_tensor(got, tuple(want.shape))
    allowed = atol + rtol * want.abs()
    gap = torch.where(have == want, torch.zeros_like(want), (have - want).abs())
    excess = torch.where(torch.isnan(gap), torch.full_like(gap, math.inf), gap - allowed)
    if want.numel() == 0 or not bool((excess > 0).any()):
        return
    flat = int(excess.reshape(-1).argmax())
    raise AssertionError(_difference(have, want, gap, flat, what))


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


def describe(value: object) -> str:
    """Say what an answer is, in the words that a student uses for it."""
    for kinds, say in _DESCRIPTIONS:
        if isinstance(value, kinds):
            return say(value)
    return f"an object of type {type(value).__name__}"


def _word(value: str) -> str:
    shown = value if len(value) <= LONGEST_WORD else value[:LONGEST_WORD] + "…"
    return f"the word {shown!r}"


def _number_words(value: complex) -> str:
    kind = "complex number" if isinstance(value, (complex, np.complexfloating)) else "number"
    try:
        return f"the {kind} {value:.12g}"
    except OverflowError:
        return "a whole number too large for a float"


def _tensor_words(value: Tensor) -> str:
    name = str(value.dtype).removeprefix("torch.")
    return f"a {name} tensor of shape {tuple(value.shape)}"


def _sequence_words(value: Sequence[object]) -> str:
    return f"a {type(value).__name__} of length {len(value)}"


_DESCRIPTIONS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (type(None), lambda _: "None"),
    (str, _word),
    (bool, lambda value: f"the truth value {value}"),
    ((int, float, complex, np.number), _number_words),
    (Tensor, _tensor_words),
    (np.ndarray, lambda value: f"a numpy {value.dtype} array of shape {value.shape}"),
    (Handle, lambda value: value.words or f"an object of type {value.kind}"),
    ((list, tuple), _sequence_words),
)


def _shape_of(value: object) -> tuple[int, ...] | None:
    """Tell the shape of an answer as an array, or None if it is none; nothing is converted."""
    if isinstance(value, (Tensor, np.ndarray)):
        return tuple(value.shape)
    if isinstance(value, (bool, int, float, np.number)):
        return ()
    if not isinstance(value, (list, tuple)):
        return None
    shapes = {_shape_of(item) for item in value}
    if len(shapes) > 1 or None in shapes:
        return None
    return (len(value), *(shapes.pop() or ())) if shapes else (0,)


def _tensor(value: object) -> Tensor | None:
    """Make a tensor of numbers, or None of what is no array of numbers."""
    if isinstance(value, Tensor):
        return value if value.layout == torch.strided and not value.is_quantized else None
    if isinstance(value, (bool, int, float, np.number)):
        return _tensor(np.asarray(value))
    if isinstance(value, np.ndarray):
        return _from_array(value)
    if isinstance(value, (list, tuple)):
        return _from_list(value)
    return None


def _only_entry(value: object) -> Any:  # noqa: ANN401 - anything that a student returns
    """Take the one entry out of a tensor or array; leave everything else as it is."""
    if isinstance(value, np.generic):
        return value.item()
    if not isinstance(value, (Tensor, np.ndarray)):
        return value
    tensor = _tensor(value) if math.prod(value.shape) == 1 else None
    return None if tensor is None else tensor.detach().item()


def _from_array(value: np.ndarray[Any, Any]) -> Tensor | None:
    if value.dtype.kind not in "biufc":
        return None
    kind = np.complex128 if value.dtype.kind == "c" else np.float64
    return torch.from_numpy(np.array(value, dtype=kind))


def _from_list(value: Sequence[object]) -> Tensor | None:
    parts = [_tensor(item) for item in value]
    whole = [part.detach().cpu() for part in parts if part is not None]
    if len(whole) < len(parts) or len({part.shape for part in whole}) > 1:
        return None
    kind = torch.complex128 if any(part.is_complex() for part in whole) else torch.float64
    return torch.stack([part.to(kind) for part in whole]) if whole else torch.zeros(0, dtype=kind)


def _difference(have: Tensor, want: Tensor, gap: Tensor, flat: int, what: str) -> str:
    """Say where two arrays of one shape differ most."""
    subject = f"{what}: " if what else ""
    got, wanted = float(have.reshape(-1)[flat]), float(want.reshape(-1)[flat])
    far = float(gap.reshape(-1)[flat])
    off = "" if math.isnan(far) else f", off by {far:.3g}"
    if want.ndim == 0:
        return f"{subject}expected {wanted:.12g}, got {got:.12g}{off}"
    where = [int(i) for i in np.unravel_index(flat, tuple(want.shape))]
    most = f", the largest of {want.numel()} differences" if off and want.numel() > 1 else ""
    return f"{subject}expected {wanted:.12g} at {where}, got {got:.12g}{off}{most}"
