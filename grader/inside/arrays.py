"""Arrays on their way into a frame: their bytes, or words that say why they stay."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .data import AXES_LIMIT, NUMPY

_WORDS = {
    "O": "an array of Python objects; an array of numbers is asked for",
    "U": "an array of words; an array of numbers is asked for",
    "S": "an array of bytes; an array of numbers is asked for",
    "V": "an array of records; an array of numbers is asked for",
    "M": "an array of dates; an array of numbers is asked for",
    "m": "an array of times; an array of numbers is asked for",
}
_DOUBLE = {"f": np.float64, "c": np.complex128}  # for what is wider than these, as longdouble is


def is_tensor(kind: type) -> bool:
    """Whether a class is torch's Tensor or derived from it; without torch there is none."""
    tensor = getattr(sys.modules.get("torch"), "Tensor", None)
    return tensor is not None and issubclass(kind, tensor)


def is_array(kind: type) -> bool:
    """Whether a class is numpy's array or a tensor, or derived from one."""
    return issubclass(kind, np.ndarray) or is_tensor(kind)


@dataclass(frozen=True)
class Plain:
    """Numbers that can travel: what the header says of them, their bytes, and how to get those."""

    head: object
    size: int
    read: Callable[[], memoryview]


def plain(value: np.ndarray) -> Plain | str:
    """Make an array ready to be sent; or say what it is that cannot be, and why."""
    plain = np.asarray(value)
    if plain.dtype.kind in _WORDS:
        return _WORDS[plain.dtype.kind]
    kind = plain.dtype.newbyteorder("=")
    if kind.name not in NUMPY:
        kind = np.dtype(_DOUBLE.get(kind.kind, kind))
    if kind.name not in NUMPY:
        return f"an array of {str(kind)[:40]}; an array of numbers is asked for"
    if plain.ndim > AXES_LIMIT:
        return too_many_axes("an array", plain.ndim)

    def read() -> memoryview:
        with np.errstate(over="ignore"):  # a longdouble may be more than any double
            return view_bytes(np.ascontiguousarray(plain).astype(kind, copy=False))

    return Plain({"n": [kind.name, list(plain.shape)]}, plain.size * kind.itemsize, read)


def too_many_axes(what: str, axes: int) -> str:
    """Say that an array has more axes than can travel."""
    return f"{what} with {axes} axes; at most {AXES_LIMIT} are asked for"


def view_bytes(array: np.ndarray) -> memoryview:
    """Return the bytes of a contiguous array, where they lie."""
    if array.size == 0:
        return memoryview(b"")
    return array.reshape(-1).view(np.uint8).data
