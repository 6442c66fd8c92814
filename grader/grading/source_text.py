"""Values as source text of Python, exactly."""

from __future__ import annotations

import cmath
import dataclasses
import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.grading.values import as_array
from grader.inside.frames import Handle

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ENTRIES = 40


class InexpressibleError(Exception):
    """What is to be written has no short source text: a model, an array with many entries."""


def write_source(
    value: object,
    imports: set[str],
    names: Mapping[int, str] = MappingProxyType({}),
    most: int = MOST_ENTRIES,
) -> str:
    """Write a value as it was sent, and note what its text imports; raises InexpressibleError.

    An object that stayed in its worker is written by its name, where it is among the `names`. Of an
    array or a list so many entries at `most` are short.
    """

    def write(part: object) -> str:
        return write_source(part, imports, names, most)

    if (array := as_array(value)) is not None:
        if array.size > most:
            raise InexpressibleError
        library = "numpy" if array is value else "torch"
        imports.add(f"import {library}")
        return _write_array(array, library)
    if isinstance(value, Handle):
        if value.number not in names:
            raise InexpressibleError
        return names[value.number]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        imports.add(f"from {kind.__module__.rpartition('.')[2]} import {kind.__name__}")
        fields = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value) if f.init)
        return f"{kind.__name__}({', '.join(f'{key}={write(part)}' for key, part in fields)})"
    if isinstance(value, dict) and len(value) <= most:
        pairs = (f"{_plain(key)}: {write(part)}" for key, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, (list, tuple)) and len(value) <= most:
        parts = ", ".join(map(write, value))
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return f"[{parts}]" if isinstance(value, list) else f"({parts}{comma})"
    return _plain(value)


def _write_array(array: np.ndarray[Any, Any], library: str) -> str:
    """Write an array, or a tensor; of an empty one a list of entries would lose the shape."""
    is_truth = library == "numpy" and array.dtype == bool  # numpy 1 has no numpy.bool
    dtype = "bool" if is_truth else f"{library}.{array.dtype}"
    if not array.size:
        return f"{library}.zeros({array.shape}, dtype={dtype})"
    make = "array" if library == "numpy" else "tensor"
    return f"{library}.{make}({_plain(array.tolist())}, dtype={dtype})"


def _plain(value: object) -> str:
    """Write what is sent as Python's own, also where its kind has another text, as numpy's have."""
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    match value:
        case None | bool():
            return repr(value)
        case np.bool_() | np.integer() | int():
            plain = value.item() if isinstance(value, np.generic) else int(value)
            return repr(plain)
        case float() | np.floating():
            number = float(value)
            return repr(number) if math.isfinite(number) else f'float("{number}")'
        case complex() | np.complexfloating():
            pair = complex(value)
            return repr(pair) if cmath.isfinite(pair) else f'complex("{pair}")'
        case str():
            return str.__repr__(value)
    raise InexpressibleError
