"""What a student's function returned: its shape, its numbers in double precision, and in words.

An answer may be anything at all, and nothing here raises an error of ours for it.
"""

import math
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from grader.inside.arrays import is_array, is_tensor
from grader.inside.frames import Handle

Array = np.ndarray[Any, Any]
LONGEST_WORD = 40


def describe(value: object) -> str:
    """Say what an answer is, in the words that a student uses for it."""
    if is_tensor(type(value)):
        return _tensor_words(value)
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


def _tensor_words(value: Any) -> str:  # noqa: ANN401 - a tensor
    name = str(value.dtype).removeprefix("torch.")
    return f"a {name} tensor of shape {tuple(value.shape)}"


def _sequence_words(value: Sequence[object]) -> str:
    return f"a {type(value).__name__} of length {len(value)}"


_DESCRIPTIONS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (type(None), lambda _: "None"),
    (str, _word),
    (bool, lambda value: f"the truth value {value}"),
    ((int, float, complex, np.number), _number_words),
    (np.ndarray, lambda value: f"a numpy {value.dtype} array of shape {value.shape}"),
    (Handle, lambda value: value.words or f"an object of type {value.kind}"),
    ((list, tuple), _sequence_words),
)


def shape_of(value: Any) -> tuple[int, ...] | None:  # noqa: ANN401 - likewise
    """Tell the shape of an answer as an array, or None if it is none; nothing is converted."""
    if is_array(type(value)):
        return tuple(value.shape)
    if isinstance(value, (bool, int, float, np.number)):
        return ()
    if not isinstance(value, (list, tuple)):
        return None
    outer, flat = _unnested(value)
    shapes = {shape_of(item) for item in flat} or {()}
    shape = shapes.pop()
    return None if shapes or shape is None else (*outer, *shape)


def to_array(value: object) -> Array | None:
    """Make an array of doubles, or of complex ones; None of what is no array of numbers."""
    if is_tensor(type(value)):
        return _from_tensor(value)
    if isinstance(value, (bool, int, float, np.number, np.ndarray)):
        return _from_array(np.asarray(value))
    if isinstance(value, (list, tuple)):
        return _from_list(value)
    return None


def only_entry(value: Any) -> Any:  # noqa: ANN401 - anything that a student returns
    """Take the one entry out of a tensor or array; leave everything else as it is."""
    if isinstance(value, np.generic):
        return value.item()
    if not is_array(type(value)):
        return value
    array = to_array(value) if math.prod(value.shape) == 1 else None
    if array is None:
        return None
    return value.item() if is_tensor(type(value)) else array.item()  # a truth value stays one


def _from_tensor(value: Any) -> Array | None:  # noqa: ANN401 - a tensor
    import torch  # noqa: PLC0415 - here is a tensor of it

    if value.layout != torch.strided or value.is_quantized:
        return None
    kind = torch.complex128 if value.is_complex() else torch.float64
    array: Array = value.detach().to("cpu", kind).resolve_conj().resolve_neg().numpy()
    return array.copy()


def _from_array(value: np.ndarray[Any, Any]) -> Array | None:
    if value.dtype.kind not in "biufc":
        return None
    return np.array(value, np.complex128 if value.dtype.kind == "c" else np.float64)


def _from_list(value: Sequence[object]) -> Array | None:
    outer, flat = _unnested(value)
    if all(isinstance(item, (bool, int, float)) for item in flat):
        numbers = _from_array(np.asarray(flat)) if flat else np.zeros(0)
        return None if numbers is None else numbers.reshape(outer)
    parts = [to_array(item) for item in flat]
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts) or len({part.shape for part in whole}) > 1:
        return None
    return np.stack(whole).reshape(*outer, *whole[0].shape)


def _unnested(value: Sequence[object]) -> tuple[tuple[int, ...], Sequence[Any]]:
    """Take lists of one length out of a list, level by level: how many there were, and the rest.

    There may be some hundred thousand of them.
    """
    shape: list[int] = [len(value)]
    flat: Sequence[Any] = value
    while flat and all(isinstance(item, (list, tuple)) for item in flat):
        lengths = {len(item) for item in flat}
        if len(lengths) > 1:
            break
        shape.extend(lengths)
        flat = [*chain.from_iterable(flat)]
    return tuple(shape), flat
